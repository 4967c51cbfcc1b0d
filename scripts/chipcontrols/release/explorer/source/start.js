// The first view: what this is, five questions with their answers as small pictures, and more
// questions as links: those of the package, else some that can be asked of any.

import { h } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { mostNamed } from "./entities.js";
import { smallFigures } from "./figures.js";
import { policies } from "./policies.js";
import { smallTimeline } from "./timeline.js";
import { count, plain, t } from "./words.js";

const PICTURES = 5;
const cellsOf = (table, name) => (table.cells[name] || []).flatMap(model.items);
const speakers = () => parts.counted(model.ofKind("statement").flatMap((table) => cellsOf(table, table.roles.speaker)));

// The answers that are drawn, the most telling first.
function pictures() {
  const bars = (found, name, href) => found.length > 0 &&
    parts.bars(found.map(([value, number]) => ({ text: name(value), href: href(value), count: number })), "", PICTURES);
  const searching = (key, more) => (value) => parts.query({ [key]: value, ...more });
  const recorded = model.ofKind("group").map((table) => ({ table, rows: table.list.filter((row) => model.recordOf(row).length) }))
    .sort((a, b) => b.rows.length - a.rows.length)[0];
  const record = recorded ? parts.counted(recorded.rows.flatMap((row) => parts.relations(model.recordOf(row)))) : [];
  const differing = model.ofKind("comparison").flatMap((table) => table.fields.filter((one) => one.coded).slice(0, 1).flatMap((one) => cellsOf(table, one.name)));
  const sure = model.ofKind("statement").flatMap((table) => cellsOf(table, model.statusField(table)?.name));
  const found = [
    [t("ask when"), "#/timeline", smallTimeline()],
    [t("ask figures"), "#/figures", smallFigures()],
    [t("ask who"), parts.query({ sort: "who" }), bars(speakers(), model.nameOf, searching("speaker"))],
    [t("ask record", recorded?.table.title), "#/figures", bars(record, parts.relation, searching("record", { table: recorded?.table.name }))],
    [t("ask differ"), "#/contradictions", bars(parts.counted(differing), plain, () => "#/contradictions")],
    [t("ask sure"), "#/search?sort=sure", bars(parts.counted(sure), plain, searching("modality"))],
    [t("ask named"), "#/entities", bars(mostNamed(), model.nameOf, searching("entity"))],
  ];
  return h("ul", { class: "questions" }, found.filter(([, , drawn]) => drawn).slice(0, PICTURES).map(([title, href, drawn]) =>
    h("li", { class: "question" }, h("h2", {}, h("a", { href }, title)), drawn)));
}

function more() {
  const { questions } = model.release.package;
  const found = [];
  const add = (text, href, lang) => found.push(h("li", {}, h("a", { href, lang }, text)));
  for (const { title, view } of questions || []) add(title, view, "en");
  if (!found.length) {
    for (const [id] of speakers().slice(0, 3)) add(t("ask says", model.nameOf(id)), parts.query({ speaker: id }));
    for (const { row } of policies().slice(0, 3)) add(t("ask policy", model.nameOf(row.id)), row.address);
    for (const [id] of mostNamed().slice(0, 3)) add(t("ask about", model.nameOf(id)), parts.query({ q: model.nameOf(id) }));
    for (const row of model.documentRows.slice(0, 2)) add(t("ask document", model.sentence(row)), row.address);
  }
  return h("ul", { class: "more" }, found);
}

export function startView() {
  const { package: about } = model.release;
  const statements = model.ofKind("statement");
  const inDocument = (row) => row.role("start") != null && model.items(row.role("speaker")).length;
  const example = statements.map((table) => table.list.find(inDocument)).find(Boolean);
  return [
    parts.heading(about.title, about.description),
    h("form", { role: "search", class: "find", onsubmit: (event) => {
      event.preventDefault();
      location.hash = parts.query({ q: event.currentTarget.elements.q.value });
    } }, h("label", { for: "q", class: "away" }, t("search")),
      h("input", { type: "search", id: "q", name: "q", placeholder: t("placeholder"), autocomplete: "off" }), h("button", {}, t("search"))),
    h("p", { class: "meta" }, parts.joined([
      count(model.documentRows.length, "n documents"), count(statements.reduce((sum, table) => sum + table.rows, 0), "statements"),
      count(model.entities.size, "n entities"), `${t("version")} ${about.version}`], " · ")),
    pictures(),
    example && h("section", { class: "how" }, h("h2", {}, t("how")), h("p", {}, t("how lead")), h("ul", { class: "cards" }, parts.card(example,
      model.passagesOf(example).slice(0, 1).map((one) => parts.lineOf(one.document, one.line, [one], model.marksOf(example).filter((mark) => mark.line === one.line)))))),
    h("section", {}, h("h2", {}, t("more questions")), more()),
    h("section", {}, h("h2", {}, t("tables")), h("ul", { class: "tables" }, model.read.filter((one) => one.rows).map((table) =>
      h("li", {}, h("a", { href: parts.query({ table: table.name }) }, table.title), h("span", { class: "count" }, ` ${table.rows}`), h("br"), h("span", { class: "meta" }, table.description))))),
  ];
}
