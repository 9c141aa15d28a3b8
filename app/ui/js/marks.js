/** Marks over a page's picture. */

import { element } from "./dom.js";

/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").PageInfo} PageInfo */

/** What is marked on a page: boxes, and in tones of their own the labels and heads that name them. @param {Element[]} marks @param {import("./page_tables.js").Names} names @param {PageInfo} page */
export function marksLayer(marks, { labels, heads }, page) {
  const named = [...labels.map((box) => highlight(box, page, "mark-label")), ...heads.map((box) => highlight(box, page, "mark-head"))];
  return element("div", { class: "marks", "aria-hidden": true }, ...marks, ...named);
}

/** A mark over a box, in shares of the page, so that it holds at every size. @param {Box} box @param {PageInfo} page @param {string} tone */
export function highlight([x0, top, x1, bottom], { width, height }, tone = "highlight") {
  const mark = element("div", { class: tone });
  mark.style.left = `${(100 * x0) / width}%`;
  mark.style.top = `${(100 * top) / height}%`;
  mark.style.width = `${(100 * (x1 - x0)) / width}%`;
  mark.style.height = `${(100 * (bottom - top)) / height}%`;
  return mark;
}
