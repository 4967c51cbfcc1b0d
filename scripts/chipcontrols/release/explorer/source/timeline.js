// What happened, and when: groups of dated kinds, each as an interval; without such groups, dated
// statements.  Those without a day follow in the order of the documents.

import { h, s } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, plain, t } from "./words.js";

const DAY = 86400000;
const days = (text) => Date.parse(text) / DAY;

export const timelines = () => {
  const dated = (table) => model.dateFields(table).length && table.list.length;
  const groups = model.ofKind("group").filter(dated);
  return groups.length ? groups : model.ofKind("statement").filter(dated);
};

// Days are few and clustered: a piecewise scale gives each year the room that its items need.
function scale(found) {
  const ends = found.flatMap(({ date }) => [date.from, date.to]).filter(Boolean).map(days);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const years = [];
  for (let year = new Date(from * DAY).getUTCFullYear(); year <= new Date(to * DAY).getUTCFullYear(); year++) {
    const [start, end] = [days(`${year}-01-01`), days(`${year + 1}-01-01`)];
    const number = found.filter(({ date }) => [date.from, date.to].some((day) => day && days(day) >= start && days(day) < end)).length;
    years.push({ year, start, end, weight: 1 + 2 * Math.sqrt(number) });
  }
  const all = years.reduce((sum, one) => sum + one.weight, 0);
  let at = 0;
  for (const one of years) {
    one.at = at;
    one.width = one.weight / all;
    at += one.width;
  }
  const x = (day) => {
    const year = years.find((one) => day < one.end) || years.at(-1);
    return 100 * (year.at + year.width * Math.min(1, Math.max(0, (day - year.start) / (year.end - year.start))));
  };
  return { years, x };
}

function strip({ years, x }, { date, row }) {
  const [from, to] = [date.from, date.to].map((day) => (day ? days(day) : null));
  const node = h("span", { class: "strip", "aria-hidden": "true" });
  for (const one of years) {
    const tick = h("i", { class: "tick" });
    tick.style.setProperty("left", `${100 * one.at}%`);
    node.append(tick);
  }
  const [left, right] = [from == null ? 0 : x(from), to == null ? 100 : x(to + 1)];
  if (right - left > 1.2) {
    const bar = h("i", { class: `span${from == null ? " open-left" : ""}${to == null ? " open-right" : ""}` });
    bar.style.setProperty("left", `${left}%`);
    bar.style.setProperty("width", `${right - left}%`);
    node.append(bar);
  }
  const dot = parts.icon(parts.shapeOf(model.status(row)));
  const middle = from != null && to != null ? (left + right) / 2 : from == null ? right : left;
  dot.style.setProperty("left", `${middle}%`);
  node.append(dot);
  return node;
}

function axis({ years }) {
  let free = 0;
  return h("li", { class: "axis", "aria-hidden": "true" }, h("span"), h("span", { class: "strip" }, years.map((one) => {
    if (one.at < free) return null;
    free = one.at + 0.16;
    const label = h("i", { class: "year" }, String(one.year));
    label.style.setProperty("left", `${100 * one.at}%`);
    return label;
  })), h("span"));
}

function item(found, drawn) {
  const { row, date } = found;
  const kind = model.field(row.table, row.table.roles.kind);
  const told = row.table.kind === "group" ? model.witnesses(row) : [];
  const policy = model.items(row.role("policy")).map(parts.entityLink);
  return h("li", { class: "when" },
    h("span", { class: "date" }, date ? date.text : t("undated")),
    date && drawn ? strip(drawn, found) : h("span", { class: "strip none" }, parts.icon(parts.shapeOf(model.status(row)))),
    h("div", { class: "what" }, h("p", { class: "says" }, parts.link(row)),
      h("p", { class: "meta" }, parts.joined([
        parts.sureness(row),
        kind && row.cell(kind.name) && h("span", {}, plain(row.cell(kind.name))),
        policy.length > 0 && h("span", {}, parts.joined(policy)),
        told.length > 0 && h("span", { title: told.map(model.sentence).join("\n") }, count(told.length, "witnesses")),
        told.length === 0 && parts.place(row),
      ].filter(Boolean), " · "))));
}

export function timelineView() {
  const shown = timelines().flatMap((table) => table.list.map((row) => ({ row, date: model.dateOf(row) })));
  const dated = shown.filter((one) => one.date).sort((a, b) => {
    const key = ({ date }) => date.from || date.to || "";
    return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : model.inDocumentOrder(a.row, b.row);
  });
  const undated = shown.filter((one) => !one.date).sort((a, b) => model.inDocumentOrder(a.row, b.row));
  const drawn = dated.length ? scale(dated) : null;
  return [
    parts.heading(t("timeline"), t("timeline lead")),
    parts.legend(shown.map((one) => model.status(one.row))),
    dated.length > 0 && h("ol", { class: "timeline" }, axis(drawn), dated.map((one) => item(one, drawn))),
    undated.length > 0 && [h("h2", {}, t("undated heading")), h("p", { class: "lead" }, t("undated lead")),
      h("ol", { class: "timeline" }, undated.map((one) => item(one)))],
  ];
}

export function smallTimeline() {
  const found = timelines().flatMap((table) => table.list.map((row) => ({ row, date: model.dateOf(row) }))).filter((one) => one.date);
  if (!found.length) return null;
  const { years, x } = scale(found);
  return s("svg", { viewBox: "0 0 200 48", class: "small", role: "img", "aria-label": `${t("timeline")}: ${count(found.length, "rows")}` },
    s("line", { x1: 4, x2: 196, y1: 34, y2: 34, class: "rule" }),
    years.filter((one, at) => !at || at === years.length - 1 || one.width > 0.2).map((one) => s("text", { x: 4 + 1.92 * 100 * one.at, y: 46 }, String(one.year))),
    found.map(({ row, date }, at) => s("g", { transform: `translate(${4 + 1.92 * x(days(date.from || date.to))} ${26 - (at % 3) * 8})` },
      parts.marker(parts.shapeOf(model.status(row)), { transform: "scale(.6)" }))));
}
