// The release: tables, rows and what ties them together, by the kinds and roles of the schemas alone.

import { slice } from "./dom.js";

const element = document.getElementById("data");
export const release = JSON.parse(element.textContent);
element.remove();

const OFFSETS = ["start", "end"];
// What is asked for the first time is then made, and kept.
function lazy(make) {
  let found;
  return () => (found ??= make());
}

const lines = lazy(() => {
  const all = new Map();
  for (const [name, found] of Object.entries(release.lines)) {
    for (const [number, parts, glosses] of found) all.set(`${name}:${number}`, { parts, glosses });
  }
  return all;
});
export const lineOf = (name, number) => lines().get(`${name}:${number}`);

export function wordsAt(name, number, start, end) {
  const line = lineOf(name, number);
  const part = line && line.parts.find(([at, text]) => at <= start && end <= at + [...text].length);
  return part ? slice(part[1], start - part[0], end - part[0]) : null;
}

// What a reader without scripts sees is in the page once: the rows of each table, cells between tags.
const page = document.querySelector("noscript").textContent;
const unescaped = (cell) => cell.replace(/&(?:amp|lt|gt|#34|#39);/g, (found) => ESCAPED[found]);
const ESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'" };
function statics(name) {
  const start = page.indexOf(`<table id="${name}">`);
  const rows = page.slice(start, page.indexOf("</table>", start)).split("<tr>").slice(1);
  return rows.map((row) => row.split("<td>").slice(1));
}

function decoded(column, rows) {
  if (typeof column === "number") return rows().map((row) => (row[column] === "" ? null : unescaped(row[column])));
  return Array.isArray(column) ? column : column.at.map((at) => (at < 0 ? null : column.of[at]));
}

class Row {
  constructor(table, number) {
    this.table = table;
    this.number = number;
    this.id = table.key.map((name) => this.cell(name) ?? "").join(" ");
  }
  cell(name) {
    const column = name && this.table.cells[name];
    if (column) return column[this.number];
    return name && name === this.table.roles.excerpt ? this.words() : null;
  }
  role(role) {
    return this.cell(this.table.roles[role]);
  }
  words() {
    const [start, end] = OFFSETS.map((role) => this.role(role));
    return start == null ? null : wordsAt(this.role("document"), this.role("line"), start, end);
  }
  get address() {
    return `#/${encodeURIComponent(this.table.name)}/${encodeURIComponent(this.id)}`;
  }
  get key() {
    return `${this.table.name}/${this.id}`;
  }
}

export const tables = new Map();
for (const table of release.tables) {
  const rows = lazy(() => statics(table.name));
  table.roles = {};
  table.cells = {};
  table.fields.forEach((field, number) => {
    field.number = number;
    field.options ||= {};
    field.references ||= [];
    if (field.role) table.roles[field.role] = field.name;
    const cells = lazy(() => decoded(table.columns[number], rows));
    if (table.columns[number] != null) Object.defineProperty(table.cells, field.name, { get: cells });
  });
  const list = lazy(() => Array.from({ length: table.rows }, (_, number) => new Row(table, number)));
  const byId = lazy(() => new Map(table.list.map((row) => [row.id, row])));
  Object.defineProperties(table, { list: { get: list }, byId: { get: byId } });
  tables.set(table.name, table);
}

export const ofKind = (...kinds) => [...tables.values()].filter((one) => kinds.includes(one.kind));
export const rowsOf = (...kinds) => ofKind(...kinds).flatMap((table) => table.list);
export const field = (table, name) => table.fields.find((one) => one.name === name);
export const byRule = (table, ...rules) => table.fields.filter((one) => rules.includes(one.rule));
export const read = [...tables.values()].filter((one) => !release.bookkeeping.includes(one.kind));
export const items = (cell) => (cell == null ? [] : Array.isArray(cell) ? cell : [cell]);
export const find = (table, id) => tables.get(table)?.byId.get(id);

// --- entities and their names ---

export const entities = new Map(rowsOf("entity").map((row) => [row.id, row]));
export const forms = lazy(() => {
  const found = new Map([...entities.keys()].map((id) => [id, new Map()]));
  for (const [id, row] of entities) {
    for (const role of ["name", "original_name"]) {
      for (const form of items(row.role(role))) found.get(id).set(form, role);
    }
  }
  for (const row of rowsOf("surface_form", "english_form")) {
    const known = found.get(row.role("entity"));
    if (known && !known.has(row.role("form"))) known.set(row.role("form"), row.table.kind);
  }
  return found;
});
// Of each form that is no name of the usual kind, by entity and form, what it is.
const kinds = lazy(() => {
  const found = new Map();
  for (const table of ofKind("surface_form")) {
    const kind = table.fields.find((one) => one.coded && !one.role);
    const codes = kind ? table.list.map((row) => row.cell(kind.name)) : [];
    const number = (code) => codes.filter((one) => one === code).length;
    const usual = [...new Set(codes)].sort((a, b) => number(b) - number(a))[0];
    codes.forEach((code, at) => code !== usual && found.set(`${table.list[at].role("entity")} ${table.list[at].role("form")}`, code));
  }
  return found;
});
export const unusual = (id, [form, role]) => !["name", "original_name"].includes(role) && kinds().get(`${id} ${form}`);
export const nameOf = (id) => entities.get(id)?.role("name") || id;

// --- what refers to what ---

export function note(map, key, value) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(value);
}
const inbound = lazy(() => {
  const found = new Map();
  for (const table of read) {
    for (const one of table.fields.filter((one) => one.references.length)) {
      for (const row of table.list) {
        for (const id of items(row.cell(one.name))) {
          const other = target(one, id);
          if (other) note(found, other.key, { row, field: one });
        }
      }
    }
  }
  return found;
});
export const referring = (row) => inbound().get(row.key) || [];
export const target = (one, id) => one.references.map((name) => find(name, id)).find(Boolean);
export const witnesses = (group) =>
  referring(group).filter((one) => one.row.table.kind === "statement").map((one) => one.row);
export const groupsOf = (row) =>
  row.table.fields
    .filter((one) => one.references.some((name) => tables.get(name)?.kind === "group"))
    .flatMap((one) => items(row.cell(one.name)).map((id) => target(one, id)))
    .filter(Boolean);

function about(...kinds) {
  const found = lazy(() => {
    const rows = new Map();
    for (const row of rowsOf(...kinds)) note(rows, `${row.role("table")}/${row.role("row")}`, row);
    return rows;
  });
  return (row) => found().get(row.key) || [];
}
export const notesOf = about("note");
export const citationsOf = about("citation");
export const identifiersOf = about("identifier");

// What the record beside the documents has on a row, or on what it is one with.
const referencesOf = about("reference");
export const recordOf = (row) => [row, ...groupsOf(row)].flatMap(referencesOf);

// --- comparisons: the sides that name their comparison, or the rows that it names itself ---

const allSides = lazy(() => {
  const found = new Map();
  for (const row of rowsOf("comparison")) {
    const other = byRule(row.table, "row_reference").map((one) => find(row.cell(one.options.table), row.cell(one.name)));
    found.set(row, other.filter(Boolean).map((one) => ({ row: one, says: "" })));
  }
  for (const side of rowsOf("side")) {
    const owner = field(side.table, side.table.roles.comparison);
    const places = owner.references.length ? owner.references : ofKind("comparison").map((t) => t.name);
    const comparison = places.map((name) => find(name, side.role("comparison"))).find(Boolean);
    const row = find(side.role("table"), side.role("row"));
    const says = byRule(side.table, "prose").map((one) => side.cell(one.name)).filter(Boolean).join(" ");
    if (comparison && row) found.get(comparison).push({ row, says });
  }
  return found;
});
const compared = lazy(() => {
  const found = new Map();
  for (const [comparison, sides] of allSides()) for (const side of sides) note(found, side.row.key, comparison);
  return found;
});
export const sidesOf = (comparison) => allSides().get(comparison) || [];
export const comparisonsOf = (row) => [...new Set(compared().get(row.key))];

// Each thing once: no parts of other rows, and of several rows of a table about one thing the first.
export function once(rows) {
  const seen = new Set();
  return rows.filter((row) => {
    const key = `${row.table.name} ${(groupsOf(row)[0] || row).key}`;
    const part = byRule(row.table, "part_of").some((one) => row.cell(one.name));
    return !part && !seen.has(key) && seen.add(key);
  });
}

// --- what a row says, who says it, and how sure it is ---

export function sentence(row) {
  const table = row.table;
  const columns = [
    table.label, table.roles.sentence,
    ...byRule(table, "translation", "prose", "quotation", "term").map((one) => one.name),
    table.roles.excerpt,
  ];
  for (const name of columns) {
    const cell = name && row.cell(name);
    if (cell != null && cell !== "") return cell;
  }
  return row.id;
}

export function speakers(row) {
  const column = row.table.roles.speaker;
  if (!column) return null;
  const words = row.table.fields.filter((one) => one.options.instead_of === column);
  return {
    ids: items(row.cell(column)),
    words: words.flatMap((one) => items(row.cell(one.name))),
    media: items(row.role("medium")),
  };
}

// How a row has the words: between quotation marks, reported, or as the document's own.
export function manner(row) {
  const [one] = byRule(row.table, "quotation");
  const kind = one && row.cell(one.options.kind);
  return ["direct", "reported", "authorial"].find((key) => kind && one.options[key] === kind);
}
// The language out of which a row is translated, if it is.
export const translatedFrom = (row) => byRule(row.table, "translation").some((one) => row.cell(one.name)) && languageOf(row.role("document"));

export const dateFields = (table) =>
  table.fields.filter((one) => one.rule === "date" || (one.rule === "witnessed" && one.role === "date"));

export function dateOf(row) {
  for (const one of dateFields(row.table)) {
    if (row.cell(one.name)) {
      const [from, to] = ["start", "end"].map((side) => row.cell(`${one.name}_${side}`));
      return { text: row.cell(one.name), from, to };
    }
  }
  return null;
}

const codes = lazy(() => {
  const found = new Map();
  for (const row of rowsOf("code")) {
    // A list that several columns share stands under its own name, of no one table.
    const shared = !tables.has(row.role("table"));
    note(found, shared ? row.role("column") : `${row.role("table")}/${row.role("column")}`, row);
  }
  return found;
});
export const codesOf = (table, one) =>
  codes().get(`${table.name}/${one.name}`) || (one.coded !== true && codes().get(one.coded)) || [];
export const code = (one, table, value) => codesOf(table, one).find((row) => row.role("code") === value);
// What a code means; why no words of a document call for it is said in the dictionary alone.
export const meaning = (found) => found?.role("definition").split(" No cue:")[0];

// The column that says how sure a statement is, or, of all its accounts, whether a happening came about.
export const statusField = (table) => field(table, table.roles.modality) ||
  table.fields.find((one) => one.coded && one.options.of === "modality");

export function status(row) {
  const one = statusField(row.table);
  const value = one && row.cell(one.name);
  return value ? { value, field: one, table: row.table, get code() { return code(one, row.table, value); } } : null;
}

export const documentRows = rowsOf("document");
const documents = new Map(documentRows.map((row) => [row.role("document"), row]));
export const documentOf = (name) => documents.get(name);
export const documentLabel = (name) => (documents.get(name) ? sentence(documents.get(name)) : name);
// The codes that are given to a document as a whole, such as its genre.
export const codesOfDocument = (row) => row.table.fields.filter((one) => one.coded && !one.role).map((one) => row.cell(one.name)).filter(Boolean);
export const languageOf = (name) => documents.get(name)?.role("language") || undefined;

// --- the entities of a row: those that it refers to and those that its words name ---

export const entitiesOf = (row) => (row.table.entities[row.number] || []).map((at) => release.entities[at]);

// --- which words decide which cell ---

export function sourcesOf(table, one) {
  const found = new Set([one.number]);
  for (const option of ["of", "words", "english"]) {
    const other = field(table, one.options[option]);
    if (other) found.add(other.number);
  }
  for (const other of table.fields) {
    if (["words", "english"].some((name) => other.options[name] === one.name)) found.add(other.number);
  }
  return found;
}

export function marksOf(row) {
  const flat = row.table.marks[row.number] || [];
  const found = [];
  for (let at = 0; at < flat.length; at += 5) {
    const [column, name, line, start, end] = flat.slice(at, at + 5);
    found.push({ column, document: release.documents[name], line, start, end });
  }
  return found;
}

export function passagesOf(row) {
  const own = row.role("start") == null ? [] : [{ row, column: null }];
  const cited = citationsOf(row).map((one) => ({ row: one, column: one.role("column") }));
  return [...own, ...cited].map((one) => ({
    column: one.column,
    document: one.row.role("document"),
    line: one.row.role("line"),
    start: one.row.role("start"),
    end: one.row.role("end"),
  }));
}

export const inDocumentOrder = (a, b) => {
  const first = (row) => (row.role("line") != null ? row : witnesses(row)[0] || row);
  const [left, right] = [first(a), first(b)];
  const [one, other] = [left, right].map((row) => row.role("document") || "");
  return one === other
    ? (left.role("line") || 0) - (right.role("line") || 0) || left.number - right.number
    : one < other ? -1 : 1;
};

// The excerpt of a row without the glosses that its document has in it.
export function glossless(row) {
  const text = row.role("excerpt") || "";
  const line = lineOf(row.role("document"), row.role("line"));
  const from = row.role("start");
  if (!line || !line.glosses.length || from == null) return text;
  let found = "", at = 0;
  for (let number = 0; number < line.glosses.length; number += 2) {
    const [start, end] = [line.glosses[number] - from, line.glosses[number + 1] - from];
    if (end <= 0 || start >= [...text].length) continue;
    found += slice(text, at, Math.max(start, 0));
    at = end;
  }
  return found + slice(text, at);
}
