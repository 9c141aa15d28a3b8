/** Text with citation marks like `[1]` or `[2, 3]`, whose numbers become buttons. */

import { element } from "./dom.js";

/** A mark with the end of the word before it and the punctuation after it, which stay on its line. */
const MARKS = /(\S{0,24}[^\S\n]?)\[(\d+(?:\s*,\s*\d+)*)\]([.,;:!?)”"’']*)/g;
const UNFINISHED_MARK = /\S{0,24}\s?\[[\d\s,]*$/;

/**
 * The nodes of a text: strings, and for each mark a span with the buttons that `mark` makes for its numbers.
 * @param {string} text @param {(number: number) => HTMLElement} mark
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, mark) {
  /** @type {(string | HTMLElement)[]} */
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    const [whole, before, numbers, after] = found;
    const buttons = numbers.split(",").map((number) => mark(Number(number)));
    nodes.push(text.slice(from, found.index), element("span", { class: "tied" }, before, ...buttons, after));
    from = found.index + whole.length;
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
