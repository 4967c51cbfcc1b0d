// The first view: what this is, five questions with their answers as small pictures, and more
// questions as links; all of them asked of whatever the release holds.

import { h } from "./dom.js";
import * as model from "./model.js";
import * as parts from "./parts.js";
import { mostNamed } from "./entities.js";
import { figures, smallFigures } from "./figures.js";
import { policies } from "./policies.js";
import { smallTimeline } from "./timeline.js";
import { count, plain, t } from "./words.js";

const statements = () => model.rowsOf("statement");
const speakers = () => parts.counted(statements().flatMap((row) => model.speakers(row)?.ids || []));

function picture(title, href, drawn, answer) {
  return drawn && h("li", { class: "question" }, h("h2", {}, h("a", { href }, title)), drawn, answer && h("p", { class: "meta" }, answer));
}

function pictures() {
  const said = speakers();
  const sure = parts.counted(statements().map((row) => model.status(row)?.value).filter(Boolean));
  const named = mostNamed();
  const differing = model.rowsOf("comparison").length;
  const asBars = (found, key, name) => parts.bars(found.map(([value, number]) => ({ text: name(value), href: parts.query({ [key]: value }), count: number })), "", 5);
  return h("ul", { class: "questions" },
    picture(t("ask when"), "#/timeline", smallTimeline(), t("ask when answer")),
    said.length > 0 && picture(t("ask who"), parts.query({ sort: "who" }), asBars(said, "speaker", model.nameOf)),
    picture(t("ask figures"), "#/figures", smallFigures(), count(figures().length, "rows")),
    sure.length > 0 && picture(t("ask sure"), "#/search?sort=sure", asBars(sure, "modality", plain)),
    named.length > 0 && picture(t("ask named"), "#/entities", asBars(named, "entity", model.nameOf)),
    differing > 0 && picture(t("ask differ"), "#/contradictions", h("p", { class: "big" }, String(differing)), model.sentence(model.rowsOf("comparison")[0])));
}

function more() {
  const found = [];
  const add = (text, href) => found.push(h("li", {}, h("a", { href }, text)));
  for (const [id] of speakers().slice(0, 3)) add(t("ask says", model.nameOf(id)), parts.query({ speaker: id }));
  for (const { row } of policies().slice(0, 3)) add(t("ask policy", model.nameOf(row.id)), row.address);
  for (const [id] of mostNamed().slice(0, 3)) add(t("ask about", model.nameOf(id)), parts.query({ q: model.nameOf(id) }));
  const groups = model.rowsOf("group").sort((a, b) => model.witnesses(b).length - model.witnesses(a).length);
  for (const row of groups.slice(0, 1)) add(t("ask witnesses", model.sentence(row)), row.address);
  for (const row of model.documentRows.slice(0, 2)) add(t("ask document", model.sentence(row)), row.address);
  return h("ul", { class: "more" }, found);
}

export function startView() {
  const { package: about } = model.release;
  const example = statements().find((row) => model.passagesOf(row).length && model.speakers(row)?.ids.length) || statements()[0];
  return [
    parts.heading(about.title, about.description),
    h("form", { role: "search", class: "find", onsubmit: (event) => {
      event.preventDefault();
      location.hash = parts.query({ q: event.currentTarget.elements.q.value });
    } }, h("label", { for: "q", class: "away" }, t("search")),
      h("input", { type: "search", id: "q", name: "q", placeholder: t("placeholder"), autocomplete: "off" }), h("button", {}, t("search"))),
    h("p", { class: "meta" }, parts.joined([
      count(model.documentRows.length, "n documents"), count(statements().length, "statements"),
      count(model.entities.size, "n entities"), `${t("version")} ${about.version}`], " · ")),
    pictures(),
    example && h("section", { class: "how" }, h("h2", {}, t("how")), h("p", {}, t("how lead")), h("ul", { class: "cards" }, parts.card(example,
      model.passagesOf(example).slice(0, 1).map((one) => parts.lineOf(one.document, one.line, [one], model.marksOf(example).filter((mark) => mark.line === one.line)))))),
    h("section", {}, h("h2", {}, t("more questions")), more()),
    h("section", {}, h("h2", {}, t("tables")), h("ul", { class: "tables" }, model.read.filter((one) => one.list.length).map((table) =>
      h("li", {}, h("a", { href: parts.query({ table: table.name }) }, table.title), h("span", { class: "count" }, ` ${table.list.length}`), h("br"), h("span", { class: "meta" }, table.description))))),
  ];
}
