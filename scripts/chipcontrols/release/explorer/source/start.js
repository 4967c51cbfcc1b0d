// What follows on the first view: six questions with their answers as small pictures, and more
// questions as links: those of the package, else some that can be asked of any.

import { h } from "./dom.js";
import { head } from "./head.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { mostNamed } from "./entities.js";
import { smallFigures } from "./figures.js";
import { policies } from "./policies.js";
import { smallTimeline } from "./timeline.js";
import { count, named, t } from "./words.js";

const PICTURES = 6;
const BARS = 5; // of names; of codes all are drawn
const cellsOf = (table, name) => (table.cells[name] || []).flatMap(model.items);
const speakers = () => parts.counted(model.ofKind("statement").flatMap((table) => cellsOf(table, table.roles.speaker)));
// Who is quoted: the tables of quotes, each thing said once, as the view that a bar leads to has it.
function quoted() {
  const tables = model.ofKind("statement").filter((table) => table.rows && model.byRule(table, "quotation").length);
  const found = parts.countedRows(tables.flatMap((table) => table.list), (row) => model.speakers(row)?.ids || [], model.once);
  return { found, view: { table: tables.map((one) => one.name).join("|"), once: 1 } };
}

// The answers that are drawn, the most telling first.
function pictures() {
  const bars = (found, name, href, max = found.length) => found.length > 0 &&
    parts.bars(found.map(([value, number]) => ({ text: name(value), href: href(value), count: number })), "", max);
  const { found: sayings, view: said } = quoted();
  const searching = (key, more) => (value) => parts.query({ [key]: value, ...more });
  const recorded = model.ofKind("group").map((table) => ({ table, rows: table.list.filter((row) => model.recordOf(row).length) }))
    .sort((a, b) => b.rows.length - a.rows.length)[0];
  const record = recorded ? parts.counted(recorded.rows.flatMap((row) => parts.relations(model.recordOf(row)))) : [];
  const differing = model.ofKind("comparison").flatMap((table) => table.fields.filter((one) => one.coded).slice(0, 1).flatMap((one) => cellsOf(table, one.name)));
  const sure = model.ofKind("statement").flatMap((table) => cellsOf(table, model.statusField(table)?.name));
  const found = [
    [t("ask when"), "#/timeline", smallTimeline()],
    [t("ask figures"), "#/figures", smallFigures()],
    [t("ask who"), parts.query({ ...said, sort: "who" }), bars(sayings, model.nameOf, searching("speaker", said), BARS)],
    [t("ask record", recorded?.table.title), "#/figures", bars(record, parts.relation, searching("record", { table: recorded?.table.name }))],
    [t("ask differ"), "#/contradictions", bars(parts.counted(differing), (value) => named("differing", value), (value) => `#/contradictions?kind=${value}`)],
    [t("ask sure"), "#/search?sort=sure", bars(parts.counted(sure), (value) => named("code", value), searching("modality"))],
    [t("ask named"), "#/entities", bars(mostNamed(), model.nameOf, searching("entity"), BARS)],
  ];
  return h("ul", { class: "questions" }, found.filter(([, , drawn]) => drawn).slice(0, PICTURES).map(([title, href, drawn]) =>
    h("li", { class: "question" }, h("h2", {}, h("a", { href }, title)), drawn)));
}

function more() {
  const { questions } = head.package;
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

function example() {
  const inDocument = (row) => row.role("start") != null && model.items(row.role("speaker")).length;
  const row = model.ofKind("statement").map((table) => table.list.find(inDocument)).find(Boolean);
  if (!row) return null;
  const marks = model.marksOf(row).filter((mark) => mark.line === row.role("line"));
  return h("section", { class: "how" }, h("h2", {}, t("how")), h("p", {}, t("how lead")),
    h("ul", { class: "cards" }, parts.card(row, model.passagesOf(row).slice(0, 1).map((one) => parts.lineOf(one.document, one.line, [one], marks)))));
}

const tables = () => h("section", {}, h("h2", {}, t("tables")), h("ul", { class: "tables" }, model.read.filter((one) => one.rows).map((table) =>
  h("li", {}, h("a", { href: parts.query({ table: table.name }) }, table.title), h("span", { class: "count" }, ` ${table.rows}`), h("br"), h("span", { class: "meta" }, table.description)))));

export function answers() {
  const number = (kind) => model.ofKind(kind).reduce((sum, table) => sum + table.rows, 0);
  return [
    h("p", { class: "meta" }, parts.joined([
      count(number("document"), "n documents"), count(number("statement"), "statements"),
      count(number("entity"), "n entities"), `${t("version")} ${head.package.version}`], " · ")),
    pictures(), h("section", {}, h("h2", {}, t("more questions")), more()), example(), tables(),
  ];
}
