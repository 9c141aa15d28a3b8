/** Text with citation marks like `[1]` or `[2, 3]`, whose numbers become buttons. */

import { element } from "./dom.js";

const MARKS = /\[(\d+(?:\s*,\s*\d+)*)\]/g;
const UNFINISHED_MARK = /\[[\d\s,]*$/;

/**
 * The nodes of a text: strings, and for each citation's number the button that `mark` makes.
 * @param {string} text @param {(number: number) => HTMLElement} mark
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, mark) {
  /** @type {(string | HTMLElement)[]} */
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    nodes.push(text.slice(from, found.index), ...found[1].split(",").map((number) => mark(Number(number))));
    from = found.index + found[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** The end of a text that may be half a mark, "" if none is. @param {string} text */
export function heldBack(text) {
  return text.match(UNFINISHED_MARK)?.[0] ?? "";
}

/** A citation's mark. @param {number} number @param {string} label @param {(event: any) => void} onclick */
export function markButton(number, label, onclick) {
  return element("button", { type: "button", class: "mark", "aria-label": label, title: label, onclick }, String(number));
}
