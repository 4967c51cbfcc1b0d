// The dictionary: what every table, column and code means; and the files of the release.

import { h, save } from "./dom.js";
import { head } from "./head.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, plain, t } from "./words.js";
import { csv } from "./find.js";

function codes(table, one) {
  const rows = model.codesOf(table, one);
  return rows.length > 0 && h("details", {}, h("summary", {}, count(rows.length, "codes")), h("dl", { class: "codes" }, rows.map((row) => [
    h("dt", {}, h("a", { href: row.address }, row.role("code"))),
    h("dd", {}, row.role("definition"), model.items(row.role("cues")).length > 0 && h("span", { class: "cues" }, ` ${t("cues")}: ${model.items(row.role("cues")).join(" · ")}`)),
  ])));
}

export function dictionaryView() {
  return [
    parts.heading(t("dictionary"), t("dictionary lead")),
    [...model.tables.values()].map((table) => h("details", { class: "table", id: `table-${table.name}` },
      h("summary", {}, h("b", {}, table.title), h("span", { class: "meta" }, ` ${table.name} · ${count(table.list.length, "rows")}`)),
      h("p", {}, table.description),
      h("p", {}, h("a", { href: table.list.length && model.read.includes(table) ? parts.query({ table: table.name }) : table.list[0]?.address || "#/" }, t("see rows"))),
      h("table", { class: "grid" }, h("thead", {}, h("tr", {}, [t("column"), t("meaning of"), t("proof")].map((one) => h("th", { scope: "col" }, one)))),
        h("tbody", {}, table.fields.map((one) => h("tr", {}, h("td", { "data-title": t("column") }, h("code", {}, one.name)),
          h("td", { "data-title": t("meaning of") }, one.description, one.unit ? ` (${one.unit})` : "", one.coded && codes(table, one)),
          h("td", { "data-title": t("proof") }, plain(one.rule), one.role ? ` · ${plain(one.role)}` : ""))))))),
  ];
}

export function downloadView() {
  const { package: about } = head;
  const { files } = model.release;
  const others = [`${about.name}.xlsx`, `${about.name}.sqlite`, "datapackage.json", "croissant.json", "dictionary.md", "README.md", "CITATION.cff", "LICENSE", "SHA256SUMS"];
  const own = (table) => table.fields.filter((one) => !["start", "end"].includes(one.role)).map((one) => ({
    title: one.name, text: (row) => model.items(row.cell(one.name)).join("|") }));
  return [
    parts.heading(t("download"), t("download lead")),
    h("section", {}, h("h2", {}, t("cite")), h("p", { class: "citation" }, about.citation),
      h("p", {}, t("licence"), " ", about.licenceUrl ? h("a", { href: about.licenceUrl, rel: "noopener" }, about.licence) : about.licence, ". ", t("rights"))),
    h("section", {}, h("h2", {}, t("whole")), h("ul", { class: "files" }, others.map((name) => h("li", {}, h("a", { href: name }, name), " ", h("span", { class: "meta" }, t(`file ${name.split(".").pop()}`)))))),
    h("section", {}, h("h2", {}, t("tables")), h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, [t("table"), t("number"), t("files"), t("from page")].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, [...model.tables.values()].map((table) => h("tr", {},
        h("td", { "data-title": t("table") }, table.title), h("td", { "data-title": t("number") }, String(table.list.length)),
        h("td", { "data-title": t("files") }, parts.joined([files.find((one) => one === `${table.name}.parquet`), `${table.name}.csv`].filter(Boolean).map((one) => h("a", { href: one }, one)))),
        h("td", { "data-title": t("from page") }, h("button", { type: "button", "aria-label": `CSV: ${table.title}`, onclick: () => save(`${table.name}.csv`, "text/csv", csv(own(table), table.list)) }, "CSV"))))))),
  ];
}
