// Quantities as intervals, by unit; and the claims that several statements are witnesses of.

import { h, s } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, named, plain, shownDate, t } from "./words.js";

// Of each table its quantities: the column of the words, and those of value, limits, unit, bound.
export function quantities(table) {
  return model.byRule(table, "quantity").filter((one) => !one.options.part).map((words) => {
    const found = { words };
    for (const one of model.byRule(table, "quantity")) {
      if (one.options.of === words.name) found[one.options.part] = one;
    }
    found.measure = model.field(table, found.unit?.options.measure);
    return found;
  });
}

export function figures() {
  const found = [];
  for (const table of model.ofKind("statement")) {
    for (const parts of quantities(table)) {
      for (const row of table.list) {
        const cell = (part) => (parts[part] ? row.cell(parts[part].name) : null);
        if (cell("words") == null) continue;
        found.push({
          row, words: cell("words"), value: cell("value"), low: cell("low"), high: cell("high"),
          unit: cell("unit") || "", bound: cell("bound") || "", measure: cell("measure") || "",
          lists: parts, sure: parts && model.status(row),
        });
      }
    }
  }
  return found.filter((one) => [one.value, one.low, one.high].some((n) => n != null));
}

function scaled(found) {
  const numbers = found.flatMap((one) => [one.low, one.value, one.high]).filter((n) => n != null);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const positive = numbers.filter((n) => n > 0);
  const floor = Math.min(...positive);
  if (least >= 0 && positive.length && most / floor > 50) {
    const [a, b] = [Math.floor(Math.log10(floor)), Math.ceil(Math.log10(most) + 1e-9)];
    const x = (n) => (n <= 0 ? 0 : (Math.log10(n) - a) / (b - a));
    const step = Math.ceil((b - a) / 4);
    const ticks = [];
    for (let power = a; power <= b; power += step) ticks.push(10 ** power);
    return { x, ticks, log: true };
  }
  const [from, to] = [Math.min(0, least), Math.max(0, most) || 1];
  const size = 10 ** Math.floor(Math.log10((to - from) / 2));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => (to - from) / n <= 5) || size;
  const ticks = [];
  for (let n = Math.ceil(from / step) * step; n <= to + step / 1e6; n += step) ticks.push(Number(n.toPrecision(6)));
  return { x: (n) => (n - from) / (to - from), ticks, log: false };
}

const shownAs = (number, unit) => (unit === "percent" ? `${parts.short(number)} %` : parts.short(number));
const isExact = (one) => one.low != null && one.low === one.high;
const size = (one) => one.value ?? one.high ?? one.low;
const boundOf = (one) => (one.bound && !isExact(one) ? named("bound", one.bound) : "");
// What is stated, as numbers; of what bound the number is, is said in words: a peak is no "at most".
function limits(one) {
  const [low, high, value] = [one.low, one.high, one.value].map((n) => (n == null ? null : shownAs(n, one.unit)));
  if (value != null) return value;
  if (one.low != null && one.high != null) return `${low} – ${high}`;
  return one.high != null ? `≤ ${high}` : `≥ ${low}`;
}

function interval(one, { x, ticks }) {
  const at = (n) => 10 + 380 * x(n);
  const { value, low, high } = one;
  const exact = isExact(one);
  const middle = value ?? (low != null && high != null ? (low + high) / 2 : low ?? high);
  return s("svg", { viewBox: "0 0 400 20", class: "interval", preserveAspectRatio: "none", "aria-hidden": "true" },
    ticks.map((n) => s("line", { x1: at(n), x2: at(n), y1: 0, y2: 20, class: "grid" })),
    !exact && low != null && high != null && s("line", { x1: at(low), x2: at(high), y1: 10, y2: 10, class: "range" }),
    !exact && low != null && high == null && s("line", { x1: at(low), x2: Math.min(398, at(low) + 60), y1: 10, y2: 10, class: "range open" }),
    !exact && high != null && low == null && s("line", { x1: Math.max(2, at(high) - 60), x2: at(high), y1: 10, y2: 10, class: "range open" }),
    !exact && [low, high].map((n) => n != null && s("line", { x1: at(n), x2: at(n), y1: 5, y2: 15, class: "range" })),
    middle != null && s("g", { transform: `translate(${at(middle)} 10)`, class: value == null ? "unstated" : "" },
      parts.marker(parts.shapeOf(one.sure), { transform: "scale(.85)" })));
}

function plot(unit, found) {
  const drawn = scaled(found);
  const codeOf = (one) => model.meaning(model.code(one.lists.unit, one.row.table, unit));
  const isFact = (one) => !parts.shapeOf(one.sure);
  const order = (a, b) => (a.measure < b.measure ? -1 : a.measure > b.measure ? 1 : size(b) - size(a));
  const sections = [[t("facts"), found.filter(isFact)], [t("not facts"), found.filter((one) => !isFact(one))]];
  return h("section", { class: "unit" }, h("h2", {}, plain(unit) || t("no unit"), h("span", { class: "count" }, ` ${found.length}`)),
    h("p", { class: "lead" }, codeOf(found[0])),
    h("ol", { class: "figures" },
      h("li", { class: "axis", "aria-hidden": "true" }, h("span"), h("span", { class: "labels" }, drawn.ticks.map((n) => {
        const label = h("i", {}, shownAs(n, unit));
        label.style.setProperty("left", `${2.5 + 95 * drawn.x(n)}%`);
        return label;
      }))),
      sections.map(([title, rows]) => rows.length > 0 && [
        h("li", { class: "sub" }, title),
        [...rows].sort(order).map((one) => h("li", { class: "figure" },
          h("div", { class: "what" }, h("p", { class: "says" }, parts.link(one.row)),
            h("p", { class: "meta" }, parts.joined([
              one.measure && plain(one.measure), parts.sureness(one.row),
              parts.who(one.row) && h("span", {}, parts.who(one.row)), model.dateOf(one.row) && shownDate(model.dateOf(one.row).text), parts.place(one.row),
            ].filter(Boolean), " · ")), parts.record(one.row)),
          h("div", { class: "drawn" }, interval(one, drawn),
            h("p", { class: "stated" }, h("b", {}, limits(one)), one.words.replace("%", " %") !== limits(one) && [" ", h("span", { lang: model.languageOf(one.row.role("document")) }, one.words)], boundOf(one) && h("span", { class: "bound" }, ` · ${boundOf(one)}`))))),
      ])));
}

export function byUnit() {
  const found = new Map();
  for (const one of figures()) found.set(one.unit, [...(found.get(one.unit) || []), one]);
  return [...found].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

export const claimTables = () => model.ofKind("group").filter((table) => !model.dateFields(table).length && table.rows);

function claim(row) {
  const told = model.witnesses(row).sort(model.inDocumentOrder);
  return h("li", { class: "claim" }, h("h3", {}, parts.link(row)),
    h("p", { class: "meta" }, count(told.length, "statements")), parts.record(row),
    h("ul", { class: "sides" }, told.map((one) => parts.card(one, one.role("excerpt") && h("blockquote", { lang: model.languageOf(one.role("document")) }, one.role("excerpt"))))));
}

export function figuresView() {
  const units = byUnit();
  const claims = claimTables().flatMap((table) => table.list);
  const several = [...claims].sort((a, b) => model.witnesses(b).length - model.witnesses(a).length);
  return [
    parts.heading(t("figures"), t("figures lead")),
    h("p", { class: "jump" }, t("jump"), " ", parts.joined([
      ...units.map(([unit, found]) => h("button", { type: "button", class: "linklike", onclick: () => document.getElementById(`unit-${unit}`).scrollIntoView() }, `${plain(unit) || t("no unit")} (${found.length})`)),
      claims.length > 0 && h("button", { type: "button", class: "linklike", onclick: () => document.getElementById("claims").scrollIntoView() }, `${claimTables()[0].title} (${claims.length})`),
    ].filter(Boolean))),
    parts.legend(figures().map((one) => one.sure)),
    units.map(([unit, found]) => {
      const node = plot(unit, found);
      node.id = `unit-${unit}`;
      return node;
    }),
    claims.length > 0 && h("section", { id: "claims" }, h("h2", {}, claimTables()[0].title),
      h("p", { class: "lead" }, claimTables()[0].description), h("ul", { class: "claims" }, several.map(claim))),
  ];
}

export function smallFigures() {
  // Numbers of one unit and one measure alone can be compared.
  const by = new Map();
  for (const one of figures()) by.set(`${one.unit}\n${one.measure}`, [...(by.get(`${one.unit}\n${one.measure}`) || []), one]);
  const all = [...by.values()].sort((a, b) => b.length - a.length)[0];
  if (!all) return null;
  const [{ unit, measure }] = all;
  const found = [...all].sort((a, b) => size(b) - size(a)).slice(0, 5);
  const { x } = scaled(found);
  return [h("p", { class: "meta" }, [measure, unit].filter(Boolean).map(plain).join(", ")), h("div", { class: "sentences" }, parts.bars(found.map((one) => ({
    text: model.sentence(one.row), href: one.row.address, part: x(size(one)), shown: one.value == null ? limits(one) : `${boundOf(one)} ${limits(one)}`.trim(),
  })), plain(unit)))];
}
