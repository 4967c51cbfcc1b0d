// Where statements differ: the sides beside each other, with the words marked that only one has.

import { h } from "./dom.js";
import { head } from "./head.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { named, plain, t } from "./words.js";

const WORDS = /\p{Script=Han}|[\p{L}\p{N}]+(?:[.,'’-][\p{L}\p{N}]+)*|[^\p{L}\p{N}]/gu;
const tokens = (text) => String(text).match(WORDS) || [];
const isWord = (token) => /[\p{L}\p{N}]/u.test(token);

// Short words of Latin scripts differ by grammar alone; numbers and Chinese characters do not.
const telling = (token) => token.length > 3 || /[\p{N}\p{Script=Han}]/u.test(token);

// The words that no other side has; of sides that share little, where these would be nearly all, the
// numbers alone.
function differing(text, others) {
  const known = new Set(others.flatMap(tokens).map((one) => one.toLowerCase()));
  const own = (one) => isWord(one) && telling(one) && !known.has(one.toLowerCase());
  const words = tokens(text);
  const few = words.filter(own).length <= words.filter((one) => isWord(one) && telling(one)).length / 2;
  return words.map((one) => (own(one) && (few || /\p{N}/u.test(one)) ? h("em", { class: "differs" }, one) : one));
}

export function sidesTable(comparison, current) {
  const sides = model.sidesOf(comparison);
  const says = sides.map((side) => model.sentence(side.row));
  return h("div", { class: "sides columns" }, sides.map((side, at) =>
    h("div", { class: side.row === current ? "side current" : "side" },
      side.says && h("p", { class: "stance" }, differing(side.says, sides.filter((one) => one !== side).map((one) => one.says))),
      h("p", { class: "says" }, h("a", { href: side.row.address }, differing(says[at], says.filter((_, n) => n !== at)))),
      side.row.role("excerpt") && h("blockquote", { lang: model.languageOf(side.row.role("document")) }, side.row.role("excerpt")),
      h("p", { class: "meta" }, parts.joined([parts.sureness(side.row), parts.who(side.row) && h("span", {}, parts.who(side.row)), parts.place(side.row)].filter(Boolean), " · ")))));
}

// The rows of a table by their code: first those that the interface has words for, in its order.
function byKind(table) {
  const column = table.fields.find((one) => one.coded);
  const order = Object.keys(head.words).filter((key) => key.startsWith("differing "));
  const place = ([value]) => (order.indexOf(`differing ${value}`) + 1) || order.length + 1;
  const kinds = parts.counted(table.list.map((row) => column && row.cell(column.name))).sort((a, b) => place(a) - place(b));
  return kinds.map(([value]) => ({ value, found: column && model.code(column, table, value),
    rows: table.list.filter((row) => !column || row.cell(column.name) === value) }));
}

const compared = (row) => h("section", { class: "comparison" }, h("h3", {}, parts.link(row)), sidesTable(row),
  model.byRule(row.table, "prose").filter((one) => row.cell(one.name) && row.cell(one.name) !== model.sentence(row)).map((one) =>
    h("p", {}, h("b", {}, `${plain(one.name)}: `), row.cell(one.name))));

// Sides that more than one document states.
const between = (row) => new Set(model.sidesOf(row).map((side) => side.row.role("document"))).size > 1;
const within = (state) => (row) => !state.between || between(row);

export function contradictionsView(state) {
  const tables = model.ofKind("comparison").filter((table) => table.rows);
  const about = model.ofKind("comparison").map((table) => table.description).join(" ");
  const kinds = tables.flatMap(byKind);
  const all = { value: "", rows: kinds.flatMap((one) => one.rows) };
  const address = (more) => `#/contradictions${new URLSearchParams(Object.entries({ ...state, ...more }).filter(([, value]) => value)).toString().replace(/^(?=.)/, "?")}`;
  return [
    parts.heading(t("contradictions"), about || t("no contradictions")),
    tables.length > 0 && h("p", { class: "jump" }, parts.joined([all, ...kinds].map(({ value, rows }) => h("a", { href: address({ kind: value }), "aria-current": (state.kind || "") === (value || "") ? "true" : null },
      `${value ? named("differing", value) : t("all")} (${rows.filter(within(state)).length})`))), " · ",
      h("a", { href: address({ between: state.between ? "" : 1 }), "aria-current": state.between ? "true" : null }, t("between documents"))),
    tables.length === 0 && h("p", { class: "none" }, t("no contradictions")),
    kinds.filter((one) => !state.kind || one.value === state.kind).map(({ value, found, rows: every }) => ({ value, found, rows: every.filter(within(state)) }))
      .filter((one) => one.rows.length).map(({ value, found, rows }) => h("section", {},
        value && [h("h2", {}, named("differing", value), h("span", { class: "count" }, ` ${rows.length}`)), h("p", { class: "lead" }, model.meaning(found))],
        rows.map(compared))),
    !state.kind && !state.between && model.ofKind("note").map((table) => table.list.length > 0 && h("section", {}, h("h2", {}, table.title), h("p", { class: "lead" }, table.description),
      h("ul", { class: "cards" }, table.list.map((row) => {
        const other = model.find(row.role("table"), row.role("row"));
        const text = model.byRule(table, "prose").map((one) => row.cell(one.name)).join(" ");
        return h("li", { class: "card" }, h("p", {}, table.fields.filter((one) => one.coded).map((one) => h("span", { class: "badge" }, plain(row.cell(one.name) || ""))), " ", text),
          other && h("p", { class: "meta" }, parts.link(other)));
      })))),
  ];
}
