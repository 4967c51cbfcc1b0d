// Policies: the entities that statements and happenings refer to in the role of a policy.

import { h } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { count, plain, shownDate, t } from "./words.js";

const referring = (row, kind) =>
  model.referring(row).filter((one) => one.field.role === "policy" && one.row.table.kind === kind).map((one) => one.row);
const dated = (row) => model.dateFields(row.table).length > 0;

export function policyTables() {
  const named = model.ofKind("statement", "group").flatMap((table) => model.field(table, table.roles.policy)?.references || []);
  return model.ofKind("entity").filter((table) => named.includes(table.name));
}

export function policies() {
  return policyTables().flatMap((table) => table.list)
    .map((row) => ({ row, says: referring(row, "statement").filter((one) => !dated(one)), happens: referring(row, "group") }))
    .sort((a, b) => b.says.length + b.happens.length - a.says.length - a.happens.length || a.row.number - b.row.number);
}

// What a policy does, one statement a line, in the columns that have a role or a code.
function grid(rows, name) {
  const table = rows[0].table;
  const columns = table.fields.filter((one) =>
    (one.rule === "entity" && !["policy", "speaker", "medium"].includes(one.role)) || one.rule === "code")
    .filter((one) => rows.some((row) => row.cell(one.name) != null));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${table.title}: ${name}` }, h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, table.title), columns.map((one) => h("th", { scope: "col" }, plain(one.name))), h("th", { scope: "col" }, t("how sure")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("td", { class: "c-says", "data-title": table.title }, parts.link(row)),
      columns.map((one) => h("td", { "data-title": plain(one.name) }, parts.joined(model.items(row.cell(one.name)).map((value) =>
        one.rule === "entity" ? parts.entityLink(value) : parts.codeBadge({ value, code: model.code(one, table, value) }))))),
      h("td", { "data-title": t("how sure") }, parts.sureness(row)))))));
}

function perTable(rows, name) {
  const by = new Map();
  for (const row of rows) by.set(row.table, [...(by.get(row.table) || []), row]);
  return [...by.values()].map((here) => grid(here, name));
}

export function provisions(row) {
  const says = referring(row, "statement").filter((one) => !dated(one));
  const happens = referring(row, "group");
  if (!says.length && !happens.length) return null;
  return h("section", {}, h("h2", {}, t("policy does")), perTable(says, model.nameOf(row.id)),
    happens.length > 0 && [h("h3", {}, happens[0].table.title), steps(happens)]);
}

const steps = (rows) => h("ul", { class: "steps" }, [...rows].sort((a, b) => {
  const day = (row) => model.dateOf(row)?.from || "9999";
  return day(a) < day(b) ? -1 : day(a) > day(b) ? 1 : 0;
}).map((row) => h("li", {}, parts.icon(parts.shapeOf(model.status(row))), " ", h("span", { class: "date" }, model.dateOf(row) ? shownDate(model.dateOf(row).text) : t("undated")), " ", parts.link(row), " ", parts.sureness(row), " ", parts.marks(row))));

export function policiesView() {
  const found = policies();
  return [
    parts.heading(t("policies"), t("policies lead")),
    found.map(({ row, says, happens }) => {
      const prose = model.byRule(row.table, "prose").map((one) => row.cell(one.name)).filter(Boolean);
      const coded = row.table.fields.filter((one) => one.coded && row.cell(one.name));
      return h("section", { class: "policy" },
        h("h2", {}, parts.link(row, model.nameOf(row.id)), " ", coded.map((one) => parts.codeBadge({ value: row.cell(one.name), code: model.code(one, row.table, row.cell(one.name)) }))),
        prose.map((text) => h("p", {}, text)),
        happens.length > 0 && steps(happens),
        says.length > 0 ? h("details", { open: says.length <= 6 }, h("summary", {}, count(says.length, "provisions")), perTable(says, model.nameOf(row.id))) : null);
    }),
  ];
}
