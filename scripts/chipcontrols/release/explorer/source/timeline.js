// What happened, and when: groups of dated kinds, each as an interval; without such groups, dated
// statements.  Those without a day follow in the order of the documents.

import { h, s } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, plain, shownDate, t } from "./words.js";

const DAY = 86400000;
const days = (text) => Date.parse(text) / DAY;

export const timelines = () => {
  const dated = (table) => model.dateFields(table).length && table.rows;
  const groups = model.ofKind("group").filter(dated);
  return groups.length ? groups : model.ofKind("statement").filter(dated);
};

// Days are few and clustered: a piecewise scale gives each year, and each month of a year in which
// much happens, the room that its items need.
const CROWDED = 8;
const day = (year, month) => `${year}-${String(month).padStart(2, "0")}-01`;
function scale(found) {
  const ends = found.flatMap(({ date }) => [date.from, date.to]).filter(Boolean).map(days);
  const number = (start, end) => found.filter(({ date }) => {
    const at = days(date.from || date.to);
    return at >= start && at < end;
  }).length;
  const [first, last] = [Math.min(...ends), Math.max(...ends)].map((one) => new Date(one * DAY).getUTCFullYear());
  const years = [];
  for (let year = first; year <= last; year++) {
    const months = number(days(day(year, 1)), days(day(year + 1, 1))) > CROWDED ? 12 : 1;
    for (let month = 0; month < months; month++) {
      const next = (12 / months) * (month + 1);
      const [start, end] = [days(day(year, month + 1)), days(next === 12 ? day(year + 1, 1) : day(year, next + 1))];
      years.push({ name: month ? day(year, month + 1).slice(0, 7) : String(year), start, end, weight: 1 / months + 2 * Math.sqrt(number(start, end)) });
    }
  }
  const all = years.reduce((sum, one) => sum + one.weight, 0);
  let at = 0;
  for (const one of years) {
    one.at = at;
    one.width = one.weight / all;
    one.until = at + 0.035 * one.name.length;
    at += one.width;
  }
  // First where something begins, then where there is room.
  const begins = (one) => found.some(({ date }) => days(date.from || date.to) >= one.start && days(date.from || date.to) < one.end);
  const free = (one) => years.every((other) => !other.label || one.at >= other.until || other.at >= one.until);
  const named = years.filter((one) => one.width > 0.06 || one === years[0] || one.name.length === 4);
  for (const one of [...named.filter(begins), ...named]) if (free(one)) one.label = one.name;
  const x = (at) => {
    const year = years.find((one) => at < one.end) || years.at(-1);
    return 100 * (year.at + year.width * Math.min(1, Math.max(0, (at - year.start) / (year.end - year.start))));
  };
  return { years, x };
}

function strip({ years, x }, { date, row }) {
  const [from, to] = [date.from, date.to].map((day) => (day ? days(day) : null));
  const node = h("span", { class: "strip", "aria-hidden": "true" });
  for (const one of years.filter((one) => one.width > 0.02 || one.name.length === 4)) {
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
  return h("li", { class: "axis", "aria-hidden": "true" }, h("span"), h("span", { class: "strip" }, years.map((one) => {
    if (!one.label) return null;
    const label = h("i", { class: "year" }, one.label);
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
    h("span", { class: "date" }, date ? parts.joined(shownDate(date.text).split(" – "), [" –", h("br")]) : t("undated")),
    date && drawn ? strip(drawn, found) : h("span", { class: "strip none" }, parts.icon(parts.shapeOf(model.status(row)))),
    h("div", { class: "what" }, h("p", { class: "says" }, parts.link(row)),
      h("p", { class: "meta" }, parts.joined([
        parts.sureness(row),
        kind && row.cell(kind.name) && h("span", {}, plain(row.cell(kind.name))),
        policy.length > 0 && h("span", {}, parts.joined(policy)),
        told.length > 0 && h("span", { title: told.map(model.sentence).join("\n") }, count(told.length, "statements")),
        told.length === 0 && parts.place(row),
      ].filter(Boolean), " · ")),
      parts.record(row)));
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
  const stacked = new Map();
  const placed = found.map(({ row, date }) => {
    const at = Math.round(x(days(date.from || date.to)) / 3) * 3;
    stacked.set(at, (stacked.get(at) || 0) + 1);
    return { row, at, level: stacked.get(at) - 1 };
  });
  const most = Math.max(...stacked.values());
  const step = Math.min(8, 60 / most);
  const base = 6 + step * most;
  const left = (part) => 8 + 184 * part;
  const drawn = s("svg", { viewBox: `0 0 200 ${base + 14}`, class: "small", role: "img", "aria-label": `${t("timeline")}: ${count(found.length, "rows")}` },
    s("line", { x1: 4, x2: 196, y1: base, y2: base, class: "rule" }),
    years.filter((one) => one.label).map((one) => s("text", { x: left(one.at), y: base + 11 }, one.label)),
    placed.map(({ row, at, level }) => s("g", { transform: `translate(${left(at / 100)} ${base - 5 - level * step})` },
      parts.marker(parts.shapeOf(model.status(row)), { transform: "scale(.55)" }))));
  return [drawn, parts.legend(found.map((one) => model.status(one.row)))];
}
