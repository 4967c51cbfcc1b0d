// The words of the interface, in the language chosen.

import { release } from "./model.js";

export const LANGUAGES = { en: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文" };
const tags = Object.keys(LANGUAGES);

const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
export const keep = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A page opened from disk may have no storage; the choice then lasts until it is closed.
  }
};

function preferred() {
  for (const tag of navigator.languages || []) {
    if (/^zh-(hant|tw|hk|mo)/i.test(tag)) return "zh-Hant";
    if (/^zh/i.test(tag)) return "zh-Hans";
    if (/^en/i.test(tag)) return "en";
  }
  return "en";
}

export const settings = { language: kept("language"), theme: kept("theme") || "auto" };
if (!tags.includes(settings.language)) settings.language = preferred();

export function t(key, ...values) {
  const words = release.words[key];
  const text = words ? words[tags.indexOf(settings.language)] || words[0] : key;
  return text.replace(/\{(\d)\}/g, (_, at) => values[at]);
}

export const count = (number, key) => `${number.toLocaleString("en")} ${t(number === 1 ? `${key}.one` : key)}`;
// A code in the words of the interface, where it has any.
export const named = (list, code) => (release.words[`${list} ${code}`] ? t(`${list} ${code}`) : plain(code));
// A date as the tables have it: ISO 8601, an open interval with dots.
export function shownDate(text) {
  const [from, to] = String(text).split("/");
  if (to === undefined) return from;
  return to === ".." ? t("since", from) : from === ".." ? t("until", to) : `${from} – ${to}`;
}
export const plain = (name) => name.replace(/_ids?$/, "").replaceAll("_", " ");
