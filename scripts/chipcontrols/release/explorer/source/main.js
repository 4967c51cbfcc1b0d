// The page: its frame, its addresses, its languages.

import { h, replace } from "./dom.js";
import * as model from "./model.js";
import { contradictionsView } from "./contradictions.js";
import { dictionaryView, downloadView } from "./dictionary.js";
import { documentsView } from "./documents.js";
import { entitiesView } from "./entities.js";
import { claimTables, figuresView, quantities } from "./figures.js";
import { searchView } from "./find.js";
import { policiesView, policyTables } from "./policies.js";
import { rowView } from "./row.js";
import { indexed } from "./search.js";
import { startView } from "./start.js";
import { timelines, timelineView } from "./timeline.js";
import { keep, LANGUAGES, settings, t } from "./words.js";

const always = () => true;
const VIEWS = {
  "": { name: "start", show: startView, there: always },
  search: { name: "search", show: searchView, there: always },
  timeline: { name: "timeline", show: timelineView, there: () => timelines().length },
  figures: { name: "figures", show: figuresView, there: () => model.ofKind("statement").some((table) => quantities(table).length) || claimTables().length },
  contradictions: { name: "contradictions", show: contradictionsView, there: () => model.ofKind("comparison", "note").length },
  entities: { name: "entities", show: entitiesView, there: () => model.entities.size },
  policies: { name: "policies", show: policiesView, there: () => policyTables().length },
  documents: { name: "documents", show: documentsView, there: () => model.documentRows.length },
  dictionary: { name: "dictionary", show: dictionaryView, there: always },
  download: { name: "download", show: downloadView, there: always },
};

const main = h("main", { id: "main" });
const nav = h("nav");
const choices = h("div", { class: "choices" });
const keys = h("p");
const skip = h("a", { class: "skip", href: "#main", onclick: (event) => {
  event.preventDefault();
  main.querySelector("h1")?.focus();
} });

function choice(name, label, options) {
  return h("label", {}, h("span", { class: "away" }, label), h("select", { "aria-label": label, onchange: (event) => {
    settings[name] = event.currentTarget.value;
    keep(name, settings[name]);
    frame();
    show(false);
    choices.querySelector(`select[data-name=${name}]`).focus();
  }, "data-name": name }, Object.entries(options).map(([value, text]) => h("option", { value, selected: settings[name] === value }, text))));
}

function frame() {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset.theme = settings.theme;
  skip.textContent = t("skip");
  keys.textContent = t("keys", "/", "j", "k");
  nav.setAttribute("aria-label", t("views"));
  replace(nav, h("ul", {}, Object.entries(VIEWS).filter(([, view]) => view.there()).map(([path, view]) =>
    h("li", {}, h("a", { href: `#/${path}`, "data-view": path }, t(view.name))))));
  replace(choices, choice("language", t("language"), LANGUAGES),
    choice("theme", t("theme"), { auto: t("theme auto"), light: t("theme light"), dark: t("theme dark") }));
}

function shown() {
  const [path, parameters] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  let table, id;
  try {
    [table, id] = path.split("/").map(decodeURIComponent);
  } catch {
    [table, id] = ["", "?"];
  }
  if (id) {
    const row = model.find(table, id);
    return row ? { view: null, title: model.sentence(row), nodes: [rowView(row)] } : { view: null, title: t("not found"), nodes: missing(`${table}/${id}`) };
  }
  const view = Object.hasOwn(VIEWS, table) ? VIEWS[table] : null;
  if (!view) return { view: null, title: t("not found"), nodes: missing(table) };
  const state = Object.fromEntries(new URLSearchParams(parameters || ""));
  return { view: table, title: t(view.name), nodes: view.show(state) };
}

const missing = (name) => [h("h1", { tabindex: "-1" }, t("not found")), h("p", {}, name), h("p", {}, h("a", { href: "#/search" }, t("search")))];

function show(moved = true) {
  const { view, title, nodes } = shown();
  document.title = `${title} – ${model.release.package.title}`;
  replace(main, nodes);
  for (const link of nav.querySelectorAll("a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const current = nav.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - 40;
  if (!moved) return;
  scrollTo(0, 0);
  (view === "search" ? main.querySelector("#q") : main.querySelector("h1"))?.focus({ preventScroll: true });
}

addEventListener("hashchange", () => show());
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    if (!main.querySelector("#q")) location.hash = "#/search";
    main.querySelector("#q")?.focus();
  }
  if (event.key === "j") main.querySelector("a[rel=next]")?.click();
  if (event.key === "k") main.querySelector("a[rel=prev]")?.click();
});

replace(document.getElementById("app"),
  skip,
  h("header", {}, h("a", { class: "brand", href: "#/" }, model.release.package.title), nav, choices),
  main,
  h("footer", {}, h("p", {}, model.release.package.citation), keys));
frame();
show(false);
(window.requestIdleCallback || setTimeout)(() => indexed());
