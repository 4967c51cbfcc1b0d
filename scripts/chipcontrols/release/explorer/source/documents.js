// The documents: what each is, how much of it the excerpts repeat, and what the tables take from it,
// line by line.

import { h } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, LANGUAGES, plain, t } from "./words.js";

const percent = (share) => (share == null ? "" : `${Math.round(100 * share)} %`);
const shareOf = (row) => row.table.fields.filter((one) => one.rule === "derived" && one.type === "number").map((one) => row.cell(one.name))[0];

function taken(document) {
  const found = new Map();
  for (const table of [...model.tables.values()].filter((one) => one.roles.excerpt && one.kind !== "citation")) {
    for (const row of table.list) {
      if (row.role("document") === document && row.role("line") != null) {
        for (let line = row.role("line"); line <= (row.role("last_line") || row.role("line")); line++) {
          if (!found.has(line)) found.set(line, []);
          found.get(line).push(row);
        }
      }
    }
  }
  return [...found].sort((a, b) => a[0] - b[0]);
}

const saysSomething = (row) => ["statement", "term", "entity"].includes(row.table.kind);

export function byLine(document) {
  const name = document.role("document");
  return h("section", {}, h("h2", {}, t("by line")), h("p", { class: "lead" }, t("by line lead")),
    h("ol", { class: "lines" }, taken(name).map(([line, rows]) => {
      const statements = rows.filter(saysSomething);
      const left = rows.filter((row) => row.table.kind === "exclusion");
      const passages = [...statements, ...left].filter((row) => row.role("start") != null && row.role("line") === line)
        .map((row) => ({ start: row.role("start"), end: row.role("end"), column: row.table.kind === "exclusion" ? "left" : null }));
      return h("li", { class: "taken", value: line },
        h("span", { class: "number" }, String(line)),
        h("div", {}, parts.lineOf(name, line, passages, []),
          statements.length > 0 && h("details", {}, h("summary", {}, count(statements.length, "rows")), parts.cards(statements)),
          left.length > 0 && h("details", {}, h("summary", {}, `${t("excluded")} (${left.length})`), h("ul", { class: "left" }, left.map((row) => h("li", {},
            h("q", { lang: model.languageOf(name) }, row.role("excerpt") || t("whole line")), " ",
            h("a", { href: row.address }, plain(row.role("reason") || row.id))))))));
    })));
}

export function documentsView() {
  return [
    parts.heading(t("documents"), t("documents lead")),
    h("ul", { class: "cards" }, model.documentRows.map((row) => {
      const rows = taken(row.role("document"));
      const said = rows.flatMap(([, found]) => found).filter((one) => one.table.kind === "statement");
      const left = rows.flatMap(([, found]) => found).filter((one) => one.table.kind === "exclusion");
      const coded = row.table.fields.filter((one) => one.coded && one.role !== "language" && row.cell(one.name)).map((one) => parts.codeBadge({ value: row.cell(one.name), code: model.code(one, row.table, row.cell(one.name)) }));
      const title = row.role("title");
      return h("li", { class: "card" },
        h("h2", {}, parts.link(row)), title && h("p", { lang: row.role("language") }, title),
        h("p", { class: "meta" }, parts.joined(coded, " "), " ", LANGUAGES[row.role("language")] || row.role("language")),
        h("p", {}, parts.joined([
          h("a", { href: parts.query({ document: row.role("document") }) }, count(said.length, "statements")),
          t("excerpted", percent(shareOf(row))), count(left.length, "n excluded")], " · ")),
        h("p", {}, parts.joined(parts.counted(said.map((one) => one.table.name)).map(([name, number]) =>
          [h("a", { href: parts.query({ document: row.role("document"), table: name }) }, model.tables.get(name).title), `\u00a0${number}`]), " · ")));
    })),
  ];
}
