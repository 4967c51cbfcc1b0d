// The view of searching: a query, facets, an order, columns; all of it in the address.

import { h, replace, save } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { policyTables } from "./policies.js";
import { search, suggestions } from "./search.js";
import { count, named, plain, shownDate, t } from "./words.js";

const STEP = 30;
const PAUSE = 80;
const MOST = 12;

// What rows can be narrowed by: of each row the values, of each value what it is called.  The columns
// of a table are called by a dot and their name, in the address too: alternatives are parted by bars,
// and "*" is any.
const chosenBy = (one, wanted) => {
  const values = wanted.split("|");
  return (row) => one.of(row).some((value) => wanted === "*" || values.includes(value));
};
const called = (one, wanted) => (wanted === "*" ? t("any") : wanted.split("|").map(one.name).join(", "));
function columnFacets(state, table) {
  const coded = table ? table.fields.filter((one) => one.coded && one !== model.statusField(table) && one.role !== "relation").map((one) => `.${one.name}`) : [];
  const asked = [...Object.keys(state), ...(state.count || "").split(",")].filter((key) => key.startsWith("."));
  return [...new Set([...asked, ...coded])].map((key) => ({ key, title: plain(key.slice(1)),
    of: (row) => model.items(row.cell(key.slice(1))).map(String), name: (value) => (model.entities.has(value) ? model.nameOf(value) : plain(value)) }));
}
function facets() {
  const policies = policyTables();
  const isPolicy = (id) => policies.includes(model.entities.get(id)?.table);
  return [
    { key: "table", of: (row) => [row.table.name], name: (value) => model.tables.get(value)?.title || value },
    { key: "document", of: (row) => model.items(row.role("document")), name: model.documentLabel },
    { key: "modality", of: (row) => [model.status(row)?.value].filter(Boolean), name: (value) => named("code", value) },
    { key: "speaker", of: (row) => model.speakers(row)?.ids || [], name: model.nameOf },
    { key: "record", of: related, name: parts.relation },
    { key: "policy", of: (row) => [...model.entitiesOf(row)].filter(isPolicy), name: model.nameOf },
    { key: "entity", of: (row) => [...model.entitiesOf(row)], name: model.nameOf },
  ];
}

// How the record relates to a row; of a row of the record, how it relates to what it is about.
const isReference = (row) => row.table.kind === "reference";
const related = (row) => parts.relations(isReference(row) ? [row] : model.recordOf(row));
const about = (row) => model.find(row.role("table"), row.role("row"));
const dated = (row) => (isReference(row) ? row.role("published") : model.dateOf(row)?.text) || "";
const where = (row) => (row.role("line") == null ? row.role("address") || "" : `${model.documentLabel(row.role("document"))} · ${row.role("line")}`);
const web = (row) => parts.web(row.role("address")) && h("a", { href: row.role("address"), rel: "noopener noreferrer" }, row.role("title") || row.role("address"));

// When what a row's policy orders happened first.
const since = (row) => model.items(row.role("policy")).flatMap((id) => model.referring(model.entities.get(id) || row))
  .filter((one) => one.field.role === "policy" && one.row.table.kind === "group").map((one) => model.dateOf(one.row)).filter((one) => one?.from)
  .sort((a, b) => (a.from < b.from ? -1 : 1))[0];

function columnsFor(table) {
  const general = [
    { key: "says", title: t("sentence"), text: model.sentence, node: (row) => parts.link(row) },
    { key: "who", title: t("who"), text: (row) => (isReference(row) ? row.role("publisher") || "" : parts.whoText(row)), node: (row) => h("span", {}, isReference(row) ? row.role("publisher") : parts.who(row)) },
    { key: "sure", title: t("how sure"), text: (row) => model.status(row)?.value || "", node: parts.sureness },
    { key: "date", title: t("date"), text: dated, node: (row) => shownDate(dated(row)), sort: (row) => (isReference(row) ? row.role("published") : model.dateOf(row)?.from) },
    { key: "record", title: t("record"), text: (row) => related(row).map(parts.relation).join(", "), node: (row) => parts.marks(row) },
    { key: "about", title: t("about row"), text: (row) => (about(row) ? model.sentence(about(row)) : ""), node: (row) => about(row) && parts.link(about(row)) },
    { key: "since", title: t("since when"), text: (row) => since(row)?.text || "", node: (row) => since(row) && shownDate(since(row).text), sort: (row) => since(row)?.from },
    { key: "table", title: t("table"), text: (row) => row.table.title },
    { key: "place", title: t("where"), text: where, node: (row) => web(row) || where(row),
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
const REFERENCES = ["says", "about", "record", "who", "date", "place"];

// Counts of rows by two of their facets, each with the rows that it counts.
function crossed(rows, [down, across], state) {
  const values = (one) => parts.counted(rows.flatMap((row) => [...new Set(one.of(row))])).map(([value]) => value);
  const columns = state[across.key]?.split("|").filter((value) => values(across).includes(value)) || values(across).sort();
  const number = (title, found, more) => h("td", { "data-title": title }, found.length ? h("a", { href: parts.query({ ...state, count: "", ...more }) }, String(found.length)) : "0");
  const line = (title, found, more) => h("tr", {}, h("th", { scope: "row" }, title),
    columns.map((value) => number(across.name(value), found.filter((row) => across.of(row).includes(value)), { ...more, [across.key]: value })), number(t("all"), found, more));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("results") }, h("table", { class: "grid counts" },
    h("thead", {}, h("tr", {}, h("td"), columns.map((value) => h("th", { scope: "col" }, across.name(value))), h("th", { scope: "col" }, t("all")))),
    h("tbody", {}, values(down).sort().map((value) => line(down.name(value), rows.filter((row) => down.of(row).includes(value)), { [down.key]: value })),
      line(t("all"), rows, {}))));
}

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
  const chosenTable = model.tables.get(state.table);
  const all = [...facets(), ...columnFacets(state, chosenTable)];
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
  const once = (rows) => (state.once ? model.once(rows) : rows);
  const fileName = () => `${[state.table, state.q].filter(Boolean).join("-").replace(/[^\p{L}\p{N}]+/gu, "-") || "rows"}.csv`;
  let pause = 0;
  const go = (changes) => {
    location.hash = parts.query({ ...state, shown: "", ...changes });
  };

  function facet(one, matching, narrowed) {
    const chosen = state[one.key];
    const others = matching.filter((row) => narrowed.every((f) => f === one || chosenBy(f, state[f.key])(row)));
    const values = parts.countedRows(others, one.of, once);
    if (values.length < 2 && !chosen) return null;
    const item = ([value, number]) => h("li", {}, h("a", {
      href: parts.query({ ...state, shown: "", [one.key]: value === chosen ? "" : value, ...(one.key === "table" ? { columns: "", sort: "", count: "" } : {}) }),
      "aria-current": value === chosen ? "true" : null,
    }, one.name(value)), " ", h("span", { class: "count" }, String(number)));
    const top = values.filter(([value], at) => at < MOST || value === chosen);
    const rest = values.filter(([value], at) => at >= MOST && value !== chosen);
    return h("details", { open: ["table", "modality", "document"].includes(one.key) || chosen ? wide() : null },
      h("summary", {}, one.title || t(`facet ${one.key}`), chosen ? h("b", {}, ` ${called(one, chosen)}`) : null),
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
    const tests = narrowed.map((one) => chosenBy(one, state[one.key]));
    const matching = rows.filter((row) => tests.every((test) => test(row)));
    const possible = columnsFor(chosenTable);
    const asked = (state.columns || "").split(",").filter((key) => possible.some((one) => one.key === key));
    const wanted = asked.length ? asked : chosenTable?.kind === "reference" ? REFERENCES : DEFAULT;
    const columns = possible.filter((one) => wanted.includes(one.key));
    // Of one table, a file has all columns.
    const saved = possible.filter((one) => wanted.includes(one.key) || one.key.startsWith("."));
    const down = (state.sort || "").startsWith("-");
    const by = possible.find((one) => one.key === (state.sort || "").replace(/^-/, ""));
    const found = once(ordered(matching, by, down));
    const counting = (state.count || "").split(",").map((key) => all.find((one) => one.key === key)).filter(Boolean);
    const limit = Math.max(Number(state.shown) || 0, STEP);
    // Whoever types sees the rows at once, and the counts of the facets with the next pause.
    const guess = h("p"), whole = h("span");
    const narrow = () => {
      replace(whole, (state.once || model.once(matching).length < matching.length) && [" ", h("a", { href: parts.query({ ...state, once: state.once ? "" : 1 }) }, t(state.once ? "each passage" : "each once"))]);
      replace(aside, all.map((one) => facet(one, rows, narrowed)));
      const guessed = found.length || !state.q ? [] : suggestions(state.q);
      replace(guess, guessed.length > 0 && [t("did you mean"), " ", parts.joined(guessed.map(([word, q]) => h("a", { href: parts.query({ ...state, q }) }, word)))]);
    };
    clearTimeout(pause);
    if (typing) pause = setTimeout(narrow, PAUSE);
    else narrow();
    replace(results,
      meant.length > 0 && h("p", { class: "meant" }, t("meaning"), " ", parts.joined(meant.slice(0, 8).map((row) => parts.entityLink(row.id)))),
      h("div", { class: "toolbar" },
        h("p", { role: "status", class: "total" }, h("b", {}, count(found.length, "rows")),
          narrowed.length || state.q ? [" ", h("a", { href: "#/search" }, t("clear"))] : null, whole),
        h("button", { type: "button", disabled: !found.length, onclick: () => save(fileName(), "text/csv", csv(saved, found)) }, t("download csv")),
        h("details", { class: "choose" }, h("summary", {}, t("columns")),
          h("ul", {}, possible.map((one) => h("li", {}, h("label", {}, h("input", {
            type: "checkbox", checked: wanted.includes(one.key),
            onchange: (event) => {
              const kept = event.currentTarget.checked ? [...wanted, one.key] : wanted.filter((key) => key !== one.key);
              go({ columns: kept.join(",") });
            },
          }), " ", one.title)))))),
      counting.length === 2 ? crossed(found, counting, state) : found.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("results") }, h("table", { class: "grid" },
        h("thead", {}, h("tr", {}, columns.map((one) => head(one, one === by, down)))),
        h("tbody", {}, found.slice(0, limit).map((row) => h("tr", {}, columns.map((one) =>
          h("td", { class: `c-${one.key.replace(/\W/g, "")}`, "data-title": one.title, lang: one.lang?.(row) }, one.node ? one.node(row) : one.text(row))))))))
        : [h("p", { class: "none" }, t("no rows")), guess],
      counting.length < 2 && found.length > limit && h("p", {}, h("button", { type: "button", onclick: () => {
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
