// The page: its frame, its addresses, its languages.  The frame is shown first; the rows are read and
// the views made when a reader sees it, or asks for one.

import { h, replace } from "./dom.js";
import { head } from "./head.js";
import { heading, query } from "./frame.js";
import { choose, LANGUAGES, recall, settings, t } from "./words.js";

const NAMES = ["", "search", "timeline", "figures", "contradictions", "entities", "policies", "documents", "dictionary", "download"];
const nameOf = (path) => t(path || "start");
const about = head.package;
let views = null;

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
    choose(name, event.currentTarget.value);
    frame();
    drawChoices();
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
  replace(nav, h("ul", {}, NAMES.map((path) => h("li", {}, h("a", { href: `#/${path}`, "data-view": path }, nameOf(path))))));
}

const drawChoices = () => replace(choices, choice("language", t("language"), LANGUAGES),
  choice("theme", t("theme"), { auto: t("theme auto"), light: t("theme light"), dark: t("theme dark") }));

const startView = () => [
  heading(about.title, about.description),
  h("form", { role: "search", class: "find", onsubmit: (event) => {
    event.preventDefault();
    location.hash = query({ q: event.currentTarget.elements.q.value });
  } }, h("label", { for: "q", class: "away" }, t("search")),
    h("input", { type: "search", id: "q", name: "q", placeholder: t("placeholder"), autocomplete: "off" }), h("button", {}, t("search"))),
];

// What an address shows: its view, its title, its nodes; of a page without its rows, the heading.
function shown() {
  const [path, parameters] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  let table, id;
  try {
    [table, id] = path.split("/").map(decodeURIComponent);
  } catch {
    [table, id] = ["", "?"];
  }
  const missing = { view: null, title: t("not found"), nodes: [heading(t("not found")), h("p", {}, id ? `${table}/${id}` : table), h("p", {}, h("a", { href: "#/search" }, t("search")))] };
  if (id) return views ? { view: null, ...(views.row(table, id) || missing) } : { view: null, title: id, nodes: [] };
  if (!NAMES.includes(table)) return missing;
  if (!table) return { view: table, title: t("start"), nodes: startView() };
  const state = Object.fromEntries(new URLSearchParams(parameters || ""));
  return { view: table, title: nameOf(table), nodes: views ? views.VIEWS[table](state) : heading(nameOf(table)) };
}

function show(moved = true) {
  const { view, title, nodes } = shown();
  document.title = `${title} – ${about.title}`;
  replace(main, nodes);
  if (view === "" && views) views.start(main);
  for (const link of nav.querySelectorAll("a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  requestAnimationFrame(() => {
    const current = nav.querySelector("[aria-current]");
    nav.scrollLeft = current ? current.offsetLeft - nav.offsetLeft - 40 : 0;
  });
  if (!moved) return;
  scrollTo(0, 0);
  (view === "search" ? main.querySelector("#q") : main.querySelector("h1"))?.focus({ preventScroll: true });
}

// Reads the rows, and draws the choices: fonts of other scripts take long to open. A reader may have
// begun to type into the first view, which is kept.
function begin() {
  if (views) return;
  views = require("./views.js");
  const kept = !recall() && main.querySelector("form");
  drawChoices();
  if (kept) views.start(main);
  else {
    frame();
    show(false);
  }
  main.dataset.ready = "";
  (window.requestIdleCallback || setTimeout)(() => views.index());
}

addEventListener("hashchange", () => {
  begin();
  show();
});
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
  h("header", {}, h("a", { class: "brand", href: "#/" }, about.title), nav, choices),
  main,
  h("footer", {}, h("p", {}, about.citation), keys));
frame();
show(false);
requestAnimationFrame(() => setTimeout(begin));
setTimeout(begin, 400); // where no frame is drawn
