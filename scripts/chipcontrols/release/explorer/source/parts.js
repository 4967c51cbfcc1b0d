// Parts that several views show: links to rows, badges, words of documents, charts of bars.

import { append, h, s, size, slice } from "./dom.js";
import * as model from "./model.js";
import { head } from "./head.js";
export { heading, query } from "./frame.js";
import { grouped, languageName, named, plain, shownDate, t } from "./words.js";

export const link = (row, text, properties) =>
  h("a", { href: row.address, ...properties }, text == null ? model.sentence(row) : text);

export const entityLink = (id) => {
  const row = model.entities.get(id);
  return row ? link(row, model.nameOf(id), { class: "entity" }) : String(id);
};

export const joined = (nodes, between = ", ") =>
  nodes.flatMap((node, at) => (at ? [between, node] : [node]));

export function codeBadge(found, properties = {}) {
  if (!found) return null;
  const text = named("code", found.value);
  const title = model.meaning(found.code);
  return h("span", { class: "badge", title, "data-code": found.value, ...properties }, text);
}

// Shape and fill say how sure a statement is: the code of its list that is used most is full.
const listOf = (table, one) => (one.coded === true ? `${table.name}/${one.name}` : one.coded);
const shapes = new Map();
export function shapeOf(found) {
  if (!found) return 0;
  const owner = listOf(found.table, found.field);
  if (!shapes.has(owner)) {
    const same = model.read.filter((table) => model.statusField(table) && listOf(table, model.statusField(table)) === owner);
    const used = counted(same.flatMap((table) => table.cells[model.statusField(table).name]).filter(Boolean));
    shapes.set(owner, used.map(([value]) => value));
  }
  return Math.max(0, shapes.get(owner).indexOf(found.value));
}

const PATHS = [
  "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
  "M0-6.5L6.5 0L0 6.5L-6.5 0z",
  "M-5-5h10v10h-10z",
  "M0-6.5L6.5 5h-13z",
  "M0 6.5L6.5-5h-13z",
  "M-6-2h4v-4h4v4h4v4h-4v4h-4v-4h-4z",
  "M-5-5L5 5M5-5L-5 5",
  "M-6 0h12M0-6v12",
];
export const marker = (shape, properties) =>
  s("path", { d: PATHS[shape % PATHS.length], class: shape ? "shape other" : "shape", ...properties });
export const icon = (shape) =>
  s("svg", { viewBox: "-8 -8 16 16", class: "icon", "aria-hidden": "true" }, marker(shape));

export function legend(found) {
  const seen = new Map(found.filter(Boolean).map((one) => [one.value, one]));
  const order = [...seen.values()].sort((a, b) => shapeOf(a) - shapeOf(b));
  return order.length > 0 && h("ul", { class: "legend" }, order.map((one) =>
    h("li", { title: model.meaning(one.code) }, icon(shapeOf(one)), named("code", one.value))));
}

export function sureness(row) {
  const found = model.status(row);
  return found ? codeBadge(found, { class: shapeOf(found) ? "badge unsure" : "badge" }) : null;
}

export function who(row, links = true) {
  const found = model.speakers(row);
  if (!found) return null;
  const names = found.ids.map((id) => (links ? entityLink(id) : model.nameOf(id)));
  const language = model.languageOf(row.role("document"));
  const words = found.words.map((text) => h("span", { lang: language }, text));
  const media = found.media.map((id) => (links ? entityLink(id) : model.nameOf(id)));
  const said = [...names, ...words];
  const by = said.length ? joined(said) : media.length ? [] : [t("own voice")];
  const manner = mannerOf(row);
  return [by, media.length ? [said.length ? `, ${t("via")} ` : "", joined(media)] : [], manner && ` (${manner})`];
}

const mannerOf = (row) => head.words[`said ${model.manner(row)}`] && t(`said ${model.manner(row)}`);

export const speakersText = (row) => {
  const found = model.speakers(row);
  if (!found) return "";
  return [...found.ids.map(model.nameOf), ...found.words, ...found.media.map(model.nameOf)].join(", ");
};
export const whoText = (row) => [speakersText(row), mannerOf(row)].filter(Boolean).map((one, at) => (at ? `(${one})` : one)).join(" ");

// A translation is not what was said: whose it is, and out of which language.
export function translated(row) {
  const from = model.translatedFrom(row);
  if (!from || model.manner(row) !== "direct") return null;
  const again = model.codesOfDocument(model.documentOf(row.role("document"))).filter((code) => head.words[`document ${code}`]);
  return h("p", { class: "aside" }, t("translated", languageName(from)), again.map((code) => ` ${t(`document ${code}`)}`));
}

export const place = (row) =>
  row.role("line") == null
    ? null
    : h("span", { class: "place", title: row.role("document") },
        model.documentLabel(row.role("document")), ` · ${t("line at", row.role("line"))}`);

// One statement: what it says, who says it, how sure it is, where.
export function card(row, ...more) {
  const date = model.dateOf(row);
  const by = who(row);
  return h("li", { class: "card" },
    h("p", { class: "says" }, link(row)),
    h("p", { class: "meta" },
      joined([
        h("span", { class: "kind" }, row.table.title), sureness(row),
        by && h("span", {}, by), date && h("span", {}, shownDate(date.text)), place(row), marks(row, true),
      ].filter(Boolean), " · ")),
    more);
}

export const cards = (rows, empty) =>
  rows.length ? h("ul", { class: "cards" }, rows.map((row) => card(row))) : h("p", { class: "none" }, empty || t("nothing"));

// What the record beside the documents says: a mark for each way in which it relates to the row.
export const relation = (code) => named("relation", code);
export const hasRecord = () => model.rowsOf("reference").length > 0;
export const relations = (rows) => [...new Set(rows.map((one) => one.role("relation")))];

const meaningOf = (code) => model.ofKind("reference")
  .map((table) => model.meaning(model.code(model.field(table, table.roles.relation), table, code))).find(Boolean);
const mark = (code) => h("span", { class: "badge record", "data-relation": code, title: meaningOf(code) }, relation(code));
export function marks(row, labelled) {
  const found = relations(row.table.kind === "reference" ? [row] : model.recordOf(row));
  if (!found.length && (row.table.kind !== "group" || !hasRecord())) return null;
  return h("span", { class: "marks" }, labelled && `${t("record")}: `, joined((found.length ? found : ["none"]).map((code) => mark(code)), " "));
}

export const web = (address) => /^https?:\/\//i.test(address || "");
function reference(one) {
  const said = ["title", "publisher", "address", "published", "consulted", "searched"].map((role) => one.role(role));
  const [title, publisher, address, published, consulted, searched] = said;
  const source = title || publisher || address;
  const more = one.table.fields.filter((field) => ["given", "source_kind", "differing"].includes(field.rule) && !field.role && one.cell(field.name));
  return h("li", {}, h("p", { class: "says" }, mark(one.role("relation")), " ", link(one)),
    h("p", { class: "meta" }, joined([
      source && (web(address) ? h("a", { href: address, rel: "noopener noreferrer" }, source) : source),
      source !== publisher && publisher, published, searched,
      consulted && t("consulted", consulted),
    ].filter(Boolean), " · ")),
    more.length > 0 && h("p", { class: "aside" }, joined(more.map((field) => h("span", {}, `${plain(field.name)}: ${plain(String(one.cell(field.name)))}`)), " · ")));
}
export const references = (rows) => h("ul", { class: "references" }, rows.map(reference));

export function record(row) {
  const found = model.recordOf(row);
  return found.length > 0 && h("details", { class: "record" },
    h("summary", {}, marks(row, true), h("span", { class: "count" }, ` ${found.length}`)), references(found));
}

// A line of a document as far as excerpts repeat it, with the words marked that decide something.
export function lineOf(name, number, passages, marks) {
  const line = model.lineOf(name, number);
  const node = h("p", { class: "line", lang: model.languageOf(name) });
  if (!line) return node;
  const cuts = new Set([...passages, ...marks].flatMap((one) => [one.start, one.end]));
  const glosses = [];
  for (let at = 0; at < line.glosses.length; at += 2) glosses.push(line.glosses.slice(at, at + 2));
  for (const gloss of glosses) gloss.forEach((at) => cuts.add(at));
  line.parts.forEach(([start, text], at) => {
    const end = start + size(text);
    if (at || start) append(node, [h("span", { class: "gap", title: t("not excerpted") }, "…")]);
    const inside = [...cuts].filter((cut) => start < cut && cut < end);
    const bounds = [...new Set([start, ...inside, end])].sort((a, b) => a - b);
    for (let n = 0; n + 1 < bounds.length; n++) {
      const [from, to] = [bounds[n], bounds[n + 1]];
      const covers = (one) => one.start <= from && to <= one.end;
      const words = slice(text, from - start, to - start);
      const gloss = glosses.some(([a, b]) => a <= from && to <= b);
      const content = gloss ? h("small", { class: "gloss" }, words) : words;
      const passage = passages.filter(covers);
      const here = marks.filter(covers).map((one) => one.column);
      if (!passage.length && !here.length) {
        append(node, [content]);
        continue;
      }
      const own = passage.some((one) => one.column == null);
      const columns = [...new Set([...here])].join(" ");
      const kind = [own ? "own" : "cited", here.length ? "word" : ""].join(" ").trim();
      append(node, [h("mark", { class: kind, "data-columns": columns }, content)]);
    }
  });
  return node;
}

export function bars(found, label, max = 12) {
  const shown = found.slice(0, max);
  const most = Math.max(1, ...found.map((one) => one.count || 0));
  return h("ul", { class: "bars", "aria-label": label }, shown.map((one) => {
    const bar = h("span", { class: "bar" });
    bar.style.setProperty("--part", `${100 * (one.part ?? one.count / most)}%`);
    return h("li", {}, h("a", { href: one.href, title: one.title || one.text }, one.text), bar, h("b", {}, String(one.shown ?? one.count)));
  }));
}

const mostFirst = (found) => found.sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1));
export function counted(values) {
  const found = new Map();
  for (const value of values) found.set(value, (found.get(value) || 0) + 1);
  return mostFirst([...found]);
}
// Of each value the number of rows that have it, of those that are one thing one.
export function countedRows(rows, of, once = (found) => found) {
  const found = new Map();
  for (const row of rows) for (const value of of(row)) model.note(found, value, row);
  return mostFirst([...found].map(([value, here]) => [value, once(here).length]));
}

const NAMES = [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]];
export function short(number) {
  if (number == null) return "";
  const size = Math.abs(number);
  const [by, name] = NAMES.find(([least]) => size >= least && (least > 1e3 || size >= 1e4)) || [1, ""];
  return `${grouped(Number((number / by).toPrecision(4)))}${name ? ` ${name}` : ""}`;
}
