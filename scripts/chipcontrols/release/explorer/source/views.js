// All views but the frame, by the first part of their address.

import { append } from "./dom.js";
import * as model from "./model.js";
import { contradictionsView } from "./contradictions.js";
import { dictionaryView, downloadView } from "./dictionary.js";
import { documentsView } from "./documents.js";
import { entitiesView } from "./entities.js";
import { figuresView } from "./figures.js";
import { searchView } from "./find.js";
import { policiesView } from "./policies.js";
import { rowView } from "./row.js";
import { indexed } from "./search.js";
import { answers } from "./start.js";
import { timelineView } from "./timeline.js";

export const VIEWS = {
  search: searchView, timeline: timelineView, figures: figuresView, contradictions: contradictionsView,
  entities: entitiesView, policies: policiesView, documents: documentsView, dictionary: dictionaryView,
  download: downloadView,
};

export const start = (main) => append(main, answers());
export const index = indexed;

export function row(table, id) {
  const found = model.find(table, id);
  return found && { title: model.sentence(found), nodes: [rowView(found)] };
}
