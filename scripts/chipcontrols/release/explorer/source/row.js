// One row: what it states, who says it and how sure; the words that decide each cell; what it is one
// with; what a reader should know of it; how to cite it.

import { copy, h, save } from "./dom.js";
import { head } from "./head.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { grouped, languageName, plain, shownDate, t } from "./words.js";
import { network } from "./entities.js";
import { provisions } from "./policies.js";
import { byLine } from "./documents.js";
import { sidesTable } from "./contradictions.js";

function value(row, field, cell) {
  if (field.rule === "anchor" && field.role === "document") {
    const target = model.documentOf(cell);
    return target && target !== row ? parts.link(target, model.documentLabel(cell)) : String(cell);
  }
  if (field.references.length) {
    return parts.joined(model.items(cell).map((id) => {
      const target = model.target(field, id);
      const name = model.entities.get(id) === target ? model.nameOf(id) : target && model.sentence(target);
      return target ? parts.link(target, name) : String(id);
    }));
  }
  if (field.rule === "row_reference") {
    const target = model.find(row.cell(field.options.table), cell);
    return target ? parts.link(target) : String(cell);
  }
  if (field.coded) {
    return parts.joined(model.items(cell).map((one) => {
      const found = model.code(field, row.table, one);
      return h("span", { class: "coded" }, plain(one),
        found && h("span", { class: "definition" }, ` ${model.meaning(found)}`));
    }), h("br"));
  }
  if (field.type === "number" && typeof cell === "number") return grouped(cell);
  const text = model.items(cell).join(", ");
  const words = field.rights === "publisher" ? model.languageOf(row.role("document")) : null;
  return words ? h("span", { lang: words }, text) : text;
}

function hidden(row, field) {
  const derived = field.rule === "derived" && /_(start|end)$/.test(field.name);
  return derived || ["start", "end", "excerpt"].includes(field.role) || row.cell(field.name) == null;
}

// Hovering, focusing or pressing a cell shows its words; hovering words shows their cells.
function light(root, columns, on) {
  const wanted = new Set(columns.map(String));
  let found = false;
  for (const mark of root.querySelectorAll("mark.word")) {
    const here = mark.dataset.columns.split(" ").some((one) => wanted.has(one));
    found ||= here;
    mark.classList.toggle("lit", on && here);
  }
  root.classList.toggle("whole", on && !found);
}

function cells(row, root) {
  const shown = row.table.fields.filter((field) => !hidden(row, field));
  let pinned = null;
  return h("table", { class: "cells" },
    h("caption", {}, t(model.passagesOf(row).length ? "cells" : "own cells")),
    h("tbody", {}, shown.map((field) => {
      const columns = [...model.sourcesOf(row.table, field)];
      const on = () => light(root, columns, true);
      const off = () => {
        light(root, [], false);
        if (pinned) light(root, pinned.columns, true);
      };
      const button = h("button", {
        type: "button", "aria-pressed": "false", title: field.description, class: "column",
        onfocus: on, onblur: off,
        onclick: () => {
          const again = pinned?.button === button;
          pinned?.button.setAttribute("aria-pressed", "false");
          pinned = again ? null : { button, columns };
          button.setAttribute("aria-pressed", String(!again));
          off();
        },
      }, (field.rule === "anchor" && field.role) || field.role === "document" ? plain(field.role) : plain(field.name));
      return h("tr", { "data-column": field.number, onmouseenter: on, onmouseleave: off },
        h("th", { scope: "row" }, button),
        h("td", {}, value(row, field, row.cell(field.name))));
    })));
}

function passages(row) {
  const found = model.passagesOf(row);
  const marks = model.marksOf(row);
  const lines = new Map();
  for (const one of found) {
    const key = `${one.document}:${one.line}`;
    if (!lines.has(key)) lines.set(key, []);
    lines.get(key).push(one);
  }
  const said = model.byRule(row.table, "prose").map((one) => row.cell(one.name)).find(Boolean);
  const english = ["statement", "term"].includes(row.table.kind) ? model.sentence(row) : said;
  const translated = model.byRule(row.table, "translation").some((one) => row.cell(one.name));
  return h("section", { class: "passage" },
    [...lines.values()].map((here, at) => {
      const { document, line } = here[0];
      const inLine = marks.filter((one) => one.document === document && one.line === line);
      const original = h("div", { class: "original" },
        h("p", { class: "source" }, model.documentOf(document)
          ? parts.link(model.documentOf(document), model.documentLabel(document)) : document,
          ` · ${t("line at", line)}`),
        parts.lineOf(document, line, here, inLine));
      if (at || !english) return h("div", { class: "pair" }, original);
      return h("div", { class: "pair" }, original,
        h("div", { class: "english", lang: "en" }, h("p", { class: "source" }, translated ? t("translation") : t("in english")), h("p", {}, english)));
    }));
}

const BIB = /[{}\\%#&$_]/g;

// A citation is in English, whatever the language of the page.
const english = (key) => head.words[key]?.[0];
function sourceText(name) {
  const document = model.documentOf(name);
  const roles = ["author", "title", "publisher", "published"].filter((role) => document?.table.roles[role]);
  const stated = roles.filter((role) => role !== "published" && document.role(role)).map((role) => `${role} ${document.role(role)}`);
  const silent = roles.filter((role) => !document.role(role)).map((role) => (role === "published" ? "date" : role));
  const all = [...stated, silent.length && `no ${silent.join(", ")} stated`].filter(Boolean).join("; ");
  return `${model.documentLabel(name)}${all && ` [${all}]`}`;
}

// What a reader must know who takes a row for what was said: by whom, whether in these words, how sure.
function caveats(row) {
  const sentence = model.sentence(row), by = parts.speakersText(row), sure = model.status(row), from = model.translatedFrom(row);
  const again = from ? model.codesOfDocument(model.documentOf(row.role("document"))).map((code) => english(`cited ${code}`)) : [];
  return [
    !sentence.includes(by) && by, english(`said ${model.manner(row)}`), parts.shapeOf(sure) > 0 && plain(sure.value),
    from && [`our translation from ${languageName(from, "en")}`, ...again].filter(Boolean).join(", "),
  ].filter(Boolean).join("; ");
}

function citing(row) {
  const about = head.package;
  const address = (about.homepage || location.href).split("#")[0] + row.address;
  const words = row.role("excerpt") ? `: “${row.role("excerpt")}”` : "";
  const where = row.role("line") == null ? "" : ` ${sourceText(row.role("document"))}, line ${row.role("line")}${words}.`;
  const known = caveats(row);
  const said = `${model.sentence(row).replace(/\.$/, "")}${known && ` (${known})`}.${where}`;
  const text = `${about.citation.replace(` ${about.homepage}`, "")} ${row.key}: ${said} ${address}`;
  const bibtex = [
    `@misc{${about.name}-${row.key.replace(/[^A-Za-z0-9-]+/g, "-")},`,
    `  author = {${about.authors.map((one) => `{${one.replace(BIB, "\\$&")}}`).join(" and ")}},`,
    `  title = {{${about.title.replace(BIB, "\\$&")}}, ${row.key.replace(BIB, "\\$&")}},`,
    `  year = {${about.created.slice(0, 4)}},`,
    `  version = {${about.version}},`,
    `  note = {${said.replace(BIB, "\\$&")}},`,
    `  url = {${address}}`, "}",
  ].join("\n");
  return { text, bibtex, address };
}

export const asJson = (row) => {
  const found = { table: row.table.name };
  for (const field of row.table.fields) found[field.name] = row.cell(field.name);
  return JSON.stringify(found, null, 2);
};

// A W3C Web Annotation: the row is the body, its words are the targets.
export function annotation(row) {
  const { address } = citing(row);
  const found = model.passagesOf(row).map((one) => ({
    source: one.document,
    selector: {
      type: "FragmentSelector",
      conformsTo: "http://tools.ietf.org/rfc/rfc5147",
      value: `line=${one.line - 1},${one.line}`,
      refinedBy: [
        { type: "TextPositionSelector", start: one.start, end: one.end },
        { type: "TextQuoteSelector", exact: model.wordsAt(one.document, one.line, one.start, one.end) },
      ],
    },
  }));
  return JSON.stringify({
    "@context": "http://www.w3.org/ns/anno.jsonld",
    id: address,
    type: "Annotation",
    motivation: "describing",
    body: { type: "TextualBody", value: model.sentence(row), format: "text/plain", language: "en" },
    target: found.length === 1 ? found[0] : found,
  }, null, 2);
}

function cite(row) {
  const { text, bibtex, address } = citing(row);
  const button = (label, content) => h("button", {
    type: "button",
    onclick: async (event) => {
      const node = event.currentTarget;
      await copy(content());
      node.dataset.done = t("copied");
      setTimeout(() => delete node.dataset.done, 1500);
    },
  }, label);
  const name = row.key.replace(/[^\p{L}\p{N}-]+/gu, "-");
  return h("section", { class: "cite" }, h("h2", {}, t("cite")),
    h("p", { class: "citation" }, text),
    h("p", { class: "buttons" },
      button(t("copy citation"), () => text), button("BibTeX", () => bibtex), button(t("copy link"), () => address),
      button("JSON", () => asJson(row)), button("Web Annotation", () => annotation(row)),
      h("button", { type: "button", onclick: () => save(`${name}.json`, "application/json", asJson(row)) }, t("save json"))));
}

const section = (title, ...content) => h("section", {}, h("h2", {}, title), content);

function groups(row) {
  return model.groupsOf(row).map((group) => {
    const others = model.witnesses(group).filter((one) => one !== row);
    return section(group.table.title,
      h("p", { class: "says group" }, parts.link(group), " ", parts.sureness(group)),
      others.length ? [h("p", {}, t("other witnesses")), parts.cards(others)] : h("p", { class: "none" }, t("only witness")));
  });
}

function notes(row) {
  const found = model.notesOf(row);
  if (!found.length) return null;
  return section(found[0].table.title, h("ul", { class: "notes" }, found.map((note) => {
    const coded = note.table.fields.filter((one) => one.coded).map((one) => plain(note.cell(one.name) || ""));
    const text = model.byRule(note.table, "prose").map((one) => note.cell(one.name)).filter(Boolean).join(" ");
    return h("li", {}, h("b", {}, coded.join(", ")), " ", text);
  })));
}

// What sources beside the documents say of the row, or of what it is one with; and their numbers.
function record(row) {
  const found = model.recordOf(row);
  const numbers = model.identifiersOf(row).map((one) => {
    const coded = one.table.fields.filter((field) => field.coded).map((field) => plain(one.cell(field.name)).toUpperCase());
    return h("a", { href: one.address }, `${coded.join(" ")} ${one.role("form")}`);
  });
  if (!found.length && !numbers.length) return null;
  return section(t("record"), h("p", { class: "lead" }, t("record lead")),
    found.length > 0 && parts.references(found),
    numbers.length > 0 && h("p", {}, t("identified"), " ", parts.joined(numbers)));
}

function inbound(row) {
  const witnesses = new Set(row.table.kind === "group" ? model.witnesses(row) : []);
  const found = model.referring(row).filter((one) => !witnesses.has(one.row));
  const by = new Map();
  for (const one of found) {
    const key = `${one.row.table.title}: ${plain(one.field.name)}`;
    if (!by.has(key)) by.set(key, []);
    by.get(key).push(one.row);
  }
  return [...by].map(([key, rows]) => h("details", { open: rows.length <= 12 },
    h("summary", {}, key, ` (${rows.length})`), parts.cards(rows)));
}

function names(row) {
  const known = model.forms().get(row.id);
  if (model.entities.get(row.id) !== row || !known) return null;
  const kind = (one) => model.unusual(row.id, one) || "";
  const kinds = [...new Set(["", ...[...known].map(kind)])];
  return section(t("names"), kinds.map((one) => h("ul", { class: "forms" }, one && h("li", { class: "meta" }, `${plain(one)}:`),
    [...known].filter((form) => kind(form) === one).map(([form]) => h("li", {}, h("a", { href: parts.query({ q: form }) }, form))))));
}

export function rowView(row) {
  const root = h("article", { class: "row" });
  const siblings = row.table.list;
  const step = (by, text, key) => {
    const other = siblings[row.number + by];
    return other && h("a", { href: other.address, rel: by < 0 ? "prev" : "next", accesskey: key }, text);
  };
  const by = parts.who(row);
  const date = model.dateOf(row);
  const isEntity = model.entities.get(row.id) === row;
  const hasPassages = model.passagesOf(row).length > 0;
  const note = model.notesOf(row).length + model.comparisonsOf(row).length;
  root.append(
    h("p", { class: "path" }, h("a", { href: parts.query({ table: row.table.name }) }, row.table.title), ` › ${row.id}`,
      h("span", { class: "steps" }, step(-1, `← ${t("previous")}`), " ", step(1, `${t("next")} →`))),
    h("h1", { tabindex: "-1" }, model.sentence(row)), parts.translated(row) || "",
    h("p", { class: "meta" }, parts.joined([
      parts.sureness(row), by && h("span", {}, `${t("says")} `, by), date && h("span", {}, shownDate(date.text)),
      parts.place(row), parts.marks(row, true), note > 0 && h("span", { class: "badge warn" }, t("has notes")),
    ].filter(Boolean), " · ")));
  const add = (...nodes) => nodes.flat(Infinity).forEach((node) => node && root.append(node));
  if (row.table.kind === "comparison") add(sidesTable(row));
  if (hasPassages) add(passages(row));
  add(notes(row), record(row));
  if (isEntity) add(names(row));
  add(h("div", { class: "cellsbox" }, cells(row, root)));
  root.addEventListener("mouseover", (event) => {
    const mark = event.target.closest?.("mark.word");
    const wanted = new Set(mark ? mark.dataset.columns.split(" ") : []);
    for (const line of root.querySelectorAll("tr[data-column]")) {
      const columns = model.sourcesOf(row.table, row.table.fields[line.dataset.column]);
      line.classList.toggle("lit", [...columns].some((one) => wanted.has(String(one))));
    }
  });
  if (row.table.kind === "group") {
    const found = model.witnesses(row);
    add(section(`${t("witnesses heading")} (${found.length})`, parts.cards(found)));
  }
  add(groups(row));
  for (const comparison of model.comparisonsOf(row)) {
    add(section(comparison.table.title, h("p", { class: "says" }, parts.link(comparison)), sidesTable(comparison, row)));
  }
  if (isEntity) add(provisions(row), network(row));
  if (row.table.kind === "document") add(byLine(row));
  const other = inbound(row);
  if (other.length && row.table.kind !== "document") add(section(t("referring"), other));
  add(cite(row));
  return root;
}
