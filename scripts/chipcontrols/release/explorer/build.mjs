// Bundles source/ into page.js, behind the hash of what it is made of, by which tests see whether it
// is up to date without Node.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { build, version } from "esbuild";

const hash = createHash("sha256");
for (const name of readdirSync("source").sort()) hash.update(name).update(readFileSync(`source/${name}`));

await build({
  entryPoints: ["source/main.js"],
  outfile: "page.js",
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: "es2022",
  legalComments: "inline",
  banner: { js: `/* MIT. esbuild ${version}, source/ sha256:${hash.digest("hex")} */` },
});
