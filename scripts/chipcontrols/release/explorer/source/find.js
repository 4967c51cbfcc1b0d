// The view of searching: a query, facets, an order, columns; all of it in the address.

import { h, replace, save } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { policyTables } from "./policies.js";
import { search } from "./search.js";
import { count, named, plain, shownDate, t } from "./words.js";

const STEP = 30;
const PAUSE = 80;
const MOST = 12;

// What rows can be narrowed by: of each row the values, of each value what it is called.
function facets() {
  const policies = policyTables();
  const isPolicy = (id) => policies.includes(model.entities.get(id)?.table);
  return [
    { key: "table", of: (row) => [row.table.name], name: (value) => model.tables.get(value).title },
    { key: "document", of: (row) => model.items(row.role("document")), name: model.documentLabel },
    { key: "modality", of: (row) => [model.status(row)?.value].filter(Boolean), name: (value) => named("code", value) },
    { key: "speaker", of: (row) => model.speakers(row)?.ids || [], name: model.nameOf },
    { key: "record", of: (row) => parts.relations(model.recordOf(row)), name: parts.relation },
    { key: "policy", of: (row) => [...model.entitiesOf(row)].filter(isPolicy), name: model.nameOf },
    { key: "entity", of: (row) => [...model.entitiesOf(row)], name: model.nameOf },
  ];
}

function columnsFor(table) {
  const general = [
    { key: "says", title: t("sentence"), text: model.sentence, node: (row) => parts.link(row) },
    { key: "who", title: t("who"), text: parts.whoText, node: (row) => h("span", {}, parts.who(row)) },
    { key: "sure", title: t("how sure"), text: (row) => model.status(row)?.value || "", node: parts.sureness },
    { key: "date", title: t("date"), text: (row) => model.dateOf(row)?.text || "", node: (row) => model.dateOf(row) && shownDate(model.dateOf(row).text), sort: (row) => model.dateOf(row)?.from },
    { key: "record", title: t("record"), text: (row) => parts.relations(model.recordOf(row)).map(parts.relation).join(", "), node: (row) => parts.marks(row) },
    { key: "table", title: t("table"), text: (row) => row.table.title },
    { key: "place", title: t("where"), text: (row) => (row.role("line") == null ? "" : `${model.documentLabel(row.role("document"))} · ${row.role("line")}`),
      sort: (row) => `${row.role("document") || "~"} ${String(row.role("line") || 0).padStart(6, "0")}` },
    { key: "words", title: t("words"), text: (row) => row.role("excerpt") || "", lang: (row) => model.languageOf(row.role("document")) },
    { key: "id", title: "id", text: (row) => row.id, node: (row) => parts.link(row, row.id) },
  ];
  const own = table ? table.fields.filter((one) => !["start", "end", "excerpt"].includes(one.role)).map((one) => ({
    key: `.${one.name}`, title: plain(one.name),
    text: (row) => {
      const cell = row.cell(one.name);
      const named = one.references.length ? model.items(cell).map((id) => (model.entities.has(id) ? model.nameOf(id) : id)) : model.items(cell);
      return named.join(", ");
    },
    sort: (row) => row.cell(one.name),
  })) : [];
  return [...general, ...own];
}

const DEFAULT = ["says", "who", "sure", "date", "place", "record"];

export function csv(columns, rows) {
  const cell = (text) => {
    // What a spreadsheet would take for a formula, or for a number that it shows otherwise, is kept a text.
    const guessed = /^[=+\-@\t\r]/.test(text) ? !/^-?[0-9.]+$/.test(text) : /^(0\d+|\d{16,}|\d+(\.\d*)?e\d+)$/i.test(text);
    const safe = guessed ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((row) => [row.key, ...columns.map((one) => String(one.text(row)))]);
  return "\ufeff" + [["row", ...columns.map((one) => one.title)], ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

function ordered(rows, column, down) {
  if (!column) return rows;
  const value = column.sort || column.text;
  const empty = (one) => one == null || one === "";
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (empty(left) || empty(right)) return empty(left) - empty(right);
    const found = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right));
    return down ? -found : found;
  });
}

export function searchView(state) {
  const all = facets();
  const results = h("div", { class: "results" });
  const aside = h("aside", { class: "facets", "aria-label": t("narrow") });
  const field = h("input", {
    type: "search", id: "q", value: state.q || "", placeholder: t("placeholder"), autocomplete: "off", spellcheck: "false",
    oninput: () => {
      state.q = field.value;
      state.shown = STEP;
      history.replaceState(null, "", parts.query({ ...state, shown: "" }));
      draw(true);
    },
  });
  let pause = 0;
  const go = (changes) => {
    location.hash = parts.query({ ...state, shown: "", ...changes });
  };

  function facet(one, matching, narrowed) {
    const chosen = state[one.key];
    const others = matching.filter((row) => narrowed.every((f) => f === one || f.of(row).includes(state[f.key])));
    const values = parts.counted(others.flatMap((row) => one.of(row)));
    if (values.length < 2 && !chosen) return null;
    const item = ([value, number]) => h("li", {}, h("a", {
      href: parts.query({ ...state, shown: "", [one.key]: value === chosen ? "" : value, ...(one.key === "table" ? { columns: "", sort: "" } : {}) }),
      "aria-current": value === chosen ? "true" : null,
    }, one.name(value)), " ", h("span", { class: "count" }, String(number)));
    const top = values.filter(([value], at) => at < MOST || value === chosen);
    const rest = values.filter(([value], at) => at >= MOST && value !== chosen);
    return h("details", { open: ["table", "modality", "document"].includes(one.key) || chosen ? wide() : null },
      h("summary", {}, t(`facet ${one.key}`), chosen ? h("b", {}, ` ${one.name(chosen)}`) : null),
      h("ul", {}, top.map(item), rest.length ? h("li", {}, h("details", {}, h("summary", {}, `+ ${rest.length}`), h("ul", {}, rest.map(item)))) : null));
  }

  function head(column, sorted, down) {
    const next = sorted && !down ? `-${column.key}` : column.key;
    return h("th", { scope: "col", "aria-sort": sorted ? (down ? "descending" : "ascending") : null },
      h("a", { href: parts.query({ ...state, shown: "", sort: next }) }, column.title, sorted ? (down ? " ↓" : " ↑") : ""));
  }

  function draw(typing) {
    const { rows, meant } = search(state.q || "");
    const narrowed = all.filter((one) => state[one.key]);
    const table = model.tables.get(state.table);
    const matching = rows.filter((row) => narrowed.every((one) => one.of(row).includes(state[one.key])));
    const possible = columnsFor(table);
    const wanted = state.columns ? state.columns.split(",") : DEFAULT;
    const columns = possible.filter((one) => wanted.includes(one.key));
    const down = (state.sort || "").startsWith("-");
    const by = possible.find((one) => one.key === (state.sort || "").replace(/^-/, ""));
    const found = ordered(matching, by, down);
    const limit = Number(state.shown) || STEP;
    // Whoever types sees the rows at once, and the counts of the facets with the next pause.
    const narrow = () => replace(aside, all.map((one) => facet(one, rows, narrowed)));
    clearTimeout(pause);
    if (typing) pause = setTimeout(narrow, PAUSE);
    else narrow();
    replace(results,
      meant.length > 0 && h("p", { class: "meant" }, t("meaning"), " ", parts.joined(meant.slice(0, 8).map((row) => parts.entityLink(row.id)))),
      h("div", { class: "toolbar" },
        h("p", { role: "status", class: "total" }, h("b", {}, count(found.length, "rows")),
          narrowed.length || state.q ? [" ", h("a", { href: "#/search" }, t("clear"))] : null),
        h("button", { type: "button", disabled: !found.length, onclick: () => save("rows.csv", "text/csv", csv(columns, found)) }, t("download csv")),
        h("details", { class: "choose" }, h("summary", {}, t("columns")),
          h("ul", {}, possible.map((one) => h("li", {}, h("label", {}, h("input", {
            type: "checkbox", checked: wanted.includes(one.key),
            onchange: (event) => {
              const kept = event.currentTarget.checked ? [...wanted, one.key] : wanted.filter((key) => key !== one.key);
              go({ columns: kept.join(",") });
            },
          }), " ", one.title)))))),
      found.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("results") }, h("table", { class: "grid" },
        h("thead", {}, h("tr", {}, columns.map((one) => head(one, one === by, down)))),
        h("tbody", {}, found.slice(0, limit).map((row) => h("tr", {}, columns.map((one) =>
          h("td", { class: `c-${one.key.replace(/\W/g, "")}`, "data-title": one.title, lang: one.lang?.(row) }, one.node ? one.node(row) : one.text(row))))))))
        : h("p", { class: "none" }, t("no rows")),
      found.length > limit && h("p", {}, h("button", { type: "button", onclick: () => {
        state.shown = limit + 4 * STEP;
        draw();
      } }, `${t("more")} (${found.length - limit})`)));
  }

  draw();
  return [
    parts.heading(t("search"), t("search lead")),
    h("form", { role: "search", class: "find", onsubmit: (event) => {
      event.preventDefault();
      results.querySelector("tbody a")?.focus();
    } },
      h("label", { for: "q", class: "away" }, t("search")), field),
    h("div", { class: "searching" }, aside, results),
  ];
}

const wide = () => matchMedia("(min-width: 50rem)").matches;
