// Search: words, numbers, and all names of what a word names; in either script, by the library's table.

import { head } from "./head.js";
import { entities, forms, glossless, items, read, recordOf, release, status } from "./model.js";

const letters = [...release.folding];
const SCRIPT = new Map(letters.flatMap((one, at) => (at % 2 ? [] : [[one, letters[at + 1]]])));
const OTHER = SCRIPT.size ? new RegExp(`[${[...SCRIPT.keys()].join("")}]`, "gu") : /$^/;
// Commas between digits and their thousands are no part of a number.
export const folded = (text) => String(text).normalize("NFKC").toLowerCase()
  .replace(OTHER, (one) => SCRIPT.get(one)).replace(/(?<=\d),(?=\d{3}(?!\d))/g, "");
const HAN = /\p{Script=Han}/u;
const LETTER = /[\p{L}\p{N}]/u;
const BETWEEN = "\u0001";

let names = null;
function byForm() {
  if (names) return names;
  names = new Map();
  for (const [id, known] of forms()) {
    for (const form of [id, ...known.keys()]) {
      const key = folded(form);
      if (!names.has(key)) names.set(key, new Set());
      names.get(key).add(id);
    }
  }
  return names;
}

// What the page calls the codes by which rows are marked, in all its languages.
function labels(row) {
  const relations = new Set([row, ...recordOf(row)].map((one) => one.role("relation")).filter(Boolean));
  const keys = [`code ${status(row)?.value}`, ...[...relations].map((one) => `relation ${one}`)];
  return keys.flatMap((key) => head.words[key] || []);
}

// All texts as one: of each row where it begins, and the rows of each entity.
let index = null;
export function indexed() {
  if (index) return index;
  const rows = read.flatMap((table) => table.list);
  const texts = [], about = [];
  let at = 0;
  for (const table of read) {
    const columns = table.fields.filter((one) => ["string", "number"].includes(one.type) && one.rule !== "bytes" && table.cells[one.name]);
    for (const row of table.list) {
      const cells = columns.flatMap((one) => items(table.cells[one.name][row.number]));
      if (table.roles.excerpt) cells.push(glossless(row));
      cells.push(...labels(row));
      texts.push(cells.join("\n").replaceAll(BETWEEN, " "));
      for (const id of table.entities[row.number]) (about[id] ||= []).push(at);
      at += 1;
    }
  }
  const text = folded(texts.join(BETWEEN));
  const ends = new Int32Array(rows.length);
  for (let number = 0, end = -1; number < rows.length; number++) {
    end = text.indexOf(BETWEEN, end + 1);
    ends[number] = end < 0 ? text.length : end;
  }
  index = { rows, text, ends, about };
  return index;
}

// Marks the rows in whose text a word is.  Latin words are found from their beginning, short ones
// only whole; others anywhere.
function mark(word, found) {
  const { text, ends } = indexed();
  const latin = LETTER.test(word[0]) && !HAN.test(word[0]);
  const whole = latin && word.length <= 3;
  const inWord = (letter) => letter && letter !== BETWEEN && !HAN.test(letter) && LETTER.test(letter);
  let row = 0;
  for (let at = text.indexOf(word); at >= 0;) {
    if ((latin && inWord(text[at - 1])) || (whole && inWord(text[at + word.length]))) {
      at = text.indexOf(word, at + 1);
      continue;
    }
    while (ends[row] <= at) row += 1;
    found[row] = 1;
    at = text.indexOf(word, ends[row]);
  }
}

// The terms of a query: the longest runs of its words that name something, else word by word.
function terms(query) {
  // A whole query may be a name that has quotation marks or blanks of its own.
  const known = byForm(), whole = folded(query.trim());
  if (known.has(whole)) return [{ text: whole, entities: known.get(whole) }];
  const words = [];
  for (const [, quoted, plain] of folded(query).matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
    if (quoted || plain) words.push(quoted || plain);
  }
  const found = [];
  for (let at = 0, taken; at < words.length; at += taken) {
    taken = words.length - at;
    while (taken > 1 && !known.has(words.slice(at, at + taken).join(" "))) taken -= 1;
    const text = words.slice(at, at + taken).join(" ");
    found.push({ text, entities: known.get(text) || new Set() });
  }
  return found;
}

// Words that differ from one by a letter or two: the words of the rows, and the names.
let vocabulary = null;
function distance(one, other, most) {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const now = [i];
    for (let j = 1; j <= other.length; j++) {
      now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (one[i - 1] !== other[j - 1])));
    }
    if (Math.min(...now) > most) return most + 1;
    before = now;
  }
  return before.at(-1);
}
export function suggestions(query) {
  const { text, rows } = indexed();
  vocabulary ||= [...new Set([...byForm().keys(), ...(text.match(/(?!\p{Script=Han})\p{L}{4,}/gu) || [])])];
  return terms(query).flatMap((one) => {
    const found = new Uint8Array(rows.length);
    mark(one.text, found);
    if (one.entities.size || one.text.length < 4 || found.includes(1)) return [];
    const most = one.text.length < 7 ? 1 : 2;
    return vocabulary.filter((word) => Math.abs(word.length - one.text.length) <= most)
      .map((word) => [distance(one.text, word, most), word]).filter(([far]) => far <= most)
      .sort((a, b) => a[0] - b[0]).slice(0, 3).map(([, word]) => [word, folded(query).replace(one.text, word)]);
  });
}

export function search(query) {
  const { rows, about } = indexed();
  const wanted = terms(query);
  const marked = wanted.map(({ text, entities: meant }) => {
    const found = new Uint8Array(rows.length);
    for (const id of meant) for (const row of about[release.entities.indexOf(id)] || []) found[row] = 1;
    mark(text, found);
    return found;
  });
  const meant = [...new Set(wanted.flatMap((one) => [...one.entities]))];
  return {
    rows: rows.filter((_, at) => marked.every((found) => found[at])),
    meant: meant.map((id) => entities.get(id)),
  };
}
