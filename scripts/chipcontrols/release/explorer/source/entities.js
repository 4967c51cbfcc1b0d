// Who and what the documents name, in all their names; and who is named with whom.

import { h, replace, s } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { folded } from "./search.js";
import { count, plain, t } from "./words.js";

const counts = new Map();
function uses() {
  if (counts.size) return counts;
  const found = [];
  for (const table of model.read.filter((one) => one.kind !== "entity")) {
    for (const row of table.entities) for (const at of row) found[at] = (found[at] || 0) + 1;
  }
  found.forEach((number, at) => counts.set(model.release.entities[at], number));
  return counts;
}
export const mostNamed = () => [...uses()].filter(([id]) => model.entities.has(id)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));

export function entitiesView() {
  const number = uses();
  const lists = h("div");
  const draw = (wanted) => replace(lists, model.ofKind("entity").map((table) => {
    const rows = table.list.filter((row) => !wanted || [row.id, ...(model.forms().get(row.id)?.keys() || [])].some((form) => folded(form).includes(wanted)));
    rows.sort((a, b) => (number.get(b.id) || 0) - (number.get(a.id) || 0) || (a.id < b.id ? -1 : 1));
    const kind = table.fields.find((one) => one.coded);
    return rows.length > 0 && h("section", {}, h("h2", {}, table.title, h("span", { class: "count" }, ` ${rows.length}`)),
      h("ul", { class: "entities" }, rows.map((row) => h("li", {},
        parts.link(row, model.nameOf(row.id)), " ",
        h("span", { class: "forms" }, [...model.forms().get(row.id)].filter((one) => one[0] !== model.nameOf(row.id) && /[^\x00-\x7f]/.test(one[0]) && !model.unusual(row.id, one)).slice(0, 4).map(([form]) => form).join(" · ")),
        h("span", { class: "meta" }, parts.joined([kind && row.cell(kind.name) && plain(row.cell(kind.name)),
          h("a", { href: parts.query({ entity: row.id }) }, count(number.get(row.id) || 0, "rows"))].filter(Boolean), " · "))))));
  }));
  draw("");
  return [
    parts.heading(t("entities"), t("entities lead")),
    h("p", {}, h("label", {}, t("filter names"), " ", h("input", { type: "search", oninput: (event) => draw(folded(event.currentTarget.value)) }))),
    lists,
  ];
}

// Those named together with an entity in statements, the most frequent around it.
export function network(row) {
  const together = new Map();
  for (const one of model.rowsOf("statement")) {
    const found = model.entitiesOf(one);
    if (found.includes(row.id)) for (const id of found) if (id !== row.id && model.entities.has(id)) together.set(id, (together.get(id) || 0) + 1);
  }
  const near = [...together].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 14);
  if (!near.length) return null;
  const most = near[0][1];
  // Two columns, so that no name lies over another; the most frequent in the middle of each.
  const [width, step] = [640, 40];
  const sides = [near.filter((_, n) => n % 2 === 0), near.filter((_, n) => n % 2)];
  const height = Math.max(step * sides[0].length, 3 * step);
  const centre = [width / 2, height / 2];
  const at = new Map();
  sides.forEach((side, which) => {
    const inwards = side.map((one, n) => [one, n % 2 ? (n + 1) / 2 : -n / 2]).sort((a, b) => a[1] - b[1]);
    inwards.forEach(([one], n) => {
      const away = (n - (side.length - 1) / 2) / Math.max(1, side.length / 2);
      at.set(one, [centre[0] + (which ? -1 : 1) * (118 - 34 * away * away), centre[1] + step * (n - (side.length - 1) / 2)]);
    });
  });
  const tablesOf = [...model.ofKind("entity")].map((table) => table.name);
  const label = (id) => {
    const name = model.nameOf(id);
    return name.length > 24 ? `${name.slice(0, 23)}…` : name;
  };
  const picture = s("svg", { viewBox: `0 0 ${width} ${height}`, class: "network", role: "group", "aria-label": t("named with") },
    near.map((one) => s("line", { x1: centre[0], y1: centre[1], x2: at.get(one)[0], y2: at.get(one)[1], "stroke-width": 1 + (6 * one[1]) / most, class: "edge" })),
    s("circle", { cx: centre[0], cy: centre[1], r: 8, class: "centre" }),
    s("text", { x: centre[0], y: centre[1] - 14, class: "centre", "text-anchor": "middle" }, label(row.id)),
    near.map((one) => {
      const [id, number] = one;
      const [x, y] = at.get(one);
      const right = x > centre[0];
      const kind = tablesOf.indexOf(model.entities.get(id).table.name) % 6;
      return s("a", { href: model.entities.get(id).address, },
        s("circle", { cx: x, cy: y, r: 4 + (5 * number) / most, class: `node kind${kind}` }),
        s("text", { x: x + (right ? 14 : -14), y: y + 4, "text-anchor": right ? "start" : "end" }, right ? `${label(id)} ${number}` : `${number} ${label(id)}`));
    }));
  return h("section", { class: "ego" }, h("h2", {}, t("named with")), h("p", { class: "lead" }, t("network lead")),
    h("div", { class: "picture" }, picture),
    h("ul", { class: "neighbours" }, near.map(([id, number]) => h("li", {}, parts.entityLink(id), " ",
      h("a", { href: parts.query({ entity: row.id, q: `"${model.nameOf(id)}"` }) }, String(number))))));
}
