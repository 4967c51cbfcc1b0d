// The words of the interface, in the language chosen.

import { head } from "./head.js";

export const LANGUAGES = { en: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文" };
const tags = Object.keys(LANGUAGES);

const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const keep = (name, value) => {
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

export const settings = { language: preferred(), theme: "auto" };
export function choose(name, value) {
  settings[name] = value;
  keep(name, value);
}
// What a reader chose before. Storage is slow to open, so the page asks for it when it is shown, and
// shows itself again if something else was chosen.
export function recall() {
  const before = { ...settings };
  const [language, theme] = [kept("language"), kept("theme")];
  if (tags.includes(language)) settings.language = language;
  if (["light", "dark"].includes(theme)) settings.theme = theme;
  return settings.language !== before.language || settings.theme !== before.theme;
}

export function t(key, ...values) {
  const words = head.words[key];
  const text = words ? words[tags.indexOf(settings.language)] || words[0] : key;
  return text.replace(/\{(\d)\}/g, (_, at) => values[at]);
}

// A number with commas; what the browser has for that takes long to start.
export function grouped(number) {
  const [whole, rest] = String(Number(number.toFixed(6))).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
}
export const count = (number, key) => `${grouped(number)} ${t(number === 1 ? `${key}.one` : key)}`;
// A code in the words of the interface, where it has any.
export const named = (list, code) => (head.words[`${list} ${code}`] ? t(`${list} ${code}`) : plain(code));
// The name of a language in that of the interface.
export const languageName = (tag, language = settings.language) => new Intl.DisplayNames([language], { type: "language" }).of(tag.split("-")[0]);
// A date as the tables have it: ISO 8601, an open interval with dots.
export function shownDate(text) {
  const [from, to] = String(text).split("/");
  if (to === undefined) return from;
  return to === ".." ? t("since", from) : from === ".." ? t("until", to) : `${from} – ${to}`;
}
export const plain = (name) => name.replace(/_ids?$/, "").replaceAll("_", " ");
