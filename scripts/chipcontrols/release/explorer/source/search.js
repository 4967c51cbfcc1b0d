// Search: words, and all names of what a word names.

import { entities, entitiesOf, forms, glossless, items, read } from "./model.js";

export const folded = (text) => String(text).normalize("NFKC").toLowerCase();
const HAN = /\p{Script=Han}/u;
const LETTER = /[\p{L}\p{N}]/u;

const byForm = new Map();
for (const [id, known] of forms) {
  for (const form of [id, ...known.keys()]) {
    const key = folded(form);
    if (!byForm.has(key)) byForm.set(key, new Set());
    byForm.get(key).add(id);
  }
}
export const named = (form) => byForm.get(folded(form)) || new Set();

let index = null;
export function indexed() {
  if (index) return index;
  index = read.flatMap((table) => {
    const texts = table.fields.filter((one) => one.type === "string" && one.rule !== "bytes");
    return table.list.map((row) => {
      const cells = texts.flatMap((one) => items(row.cell(one.name)));
      if (table.roles.excerpt) cells.push(glossless(row));
      return { row, text: folded(cells.join("\n")), entities: entitiesOf(row) };
    });
  });
  return index;
}

// Latin words are found from their beginning, short ones only whole; others anywhere.
function finder(word) {
  const latin = LETTER.test(word[0]) && !HAN.test(word[0]);
  const whole = latin && word.length <= 3;
  return (text) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      const before = text[at - 1], after = text[at + word.length];
      const begins = !latin || !before || HAN.test(before) || !LETTER.test(before);
      if (begins && (!whole || !after || HAN.test(after) || !LETTER.test(after))) return true;
    }
    return false;
  };
}

// The terms of a query: the longest runs of its words that name something, else word by word.
export function terms(query) {
  const words = [];
  for (const [, quoted, plain] of folded(query).matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
    if (quoted || plain) words.push({ text: quoted || plain, quoted: quoted != null });
  }
  const found = [];
  for (let at = 0; at < words.length; ) {
    let taken = 1;
    for (let end = words.length; end > at + 1; end--) {
      const run = words.slice(at, end).map((one) => one.text).join(" ");
      if (byForm.has(run)) {
        taken = end - at;
        break;
      }
    }
    const text = words.slice(at, at + taken).map((one) => one.text).join(" ");
    found.push({ text, entities: byForm.get(text) || new Set() });
    at += taken;
  }
  return found;
}

// The rows that refer to an entity, that name it, or in whose texts any name of its own occurs, alone
// or inside a longer one.
const about = new Map();
function rowsAbout(id) {
  if (!about.has(id)) {
    const own = [...(forms.get(id)?.keys() || [])].map(folded).filter((form) => form.length > 1 && byForm.get(form).size === 1);
    const tests = own.map(finder);
    about.set(id, new Set(indexed().filter((one) => one.entities.has(id) || tests.some((test) => test(one.text)))));
  }
  return about.get(id);
}

export function search(query) {
  // A whole query may be a name that has quotation marks or blanks of its own.
  const whole = folded(query.trim());
  const wanted = byForm.has(whole) ? [{ text: whole, entities: byForm.get(whole) }] : terms(query);
  const tests = wanted.map(({ text, entities: meant }) => {
    const inText = finder(text);
    const named = [...meant].map(rowsAbout);
    return (entry) => named.some((rows) => rows.has(entry)) || inText(entry.text);
  });
  const found = indexed().filter((entry) => tests.every((test) => test(entry)));
  const meant = [...new Set(wanted.flatMap((one) => [...one.entities]))];
  return { rows: found.map((entry) => entry.row), meant: meant.map((id) => entities.get(id)) };
}
