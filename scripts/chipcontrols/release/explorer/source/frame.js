// What the frame and the views share: headings, and addresses of searches.

import { h } from "./dom.js";

export const heading = (text, about) => [h("h1", { tabindex: "-1" }, text), about && h("p", { class: "lead" }, about)];

export const query = (values) => {
  const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
  return `#/search${text ? `?${text}` : ""}`;
};
