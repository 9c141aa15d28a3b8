/** The outline that a PDF brings along: titles that lead to pages. */

import { button, element } from "./dom.js";
import { pageWords } from "./page_names.js";

/** @typedef {import("./types.js").Bookmark} Bookmark */

/** Levels that are shown further in; deeper ones stand below each other. */
const DEEPEST = 5;

/**
 * The outline, folded; nothing where there is none.
 *
 * @param {Bookmark[]} bookmarks
 * @param {string[]} labels what the PDF calls its pages
 * @param {(page: number) => void} onOpen
 * @returns {Node[]}
 */
export function outlineOf(bookmarks, labels, onOpen) {
  if (!bookmarks.length) return [];
  const entries = bookmarks.map((bookmark) => entry(bookmark, labels, onOpen));
  return [element("details", {}, element("summary", {}, "Contents"), element("ol", {}, ...entries))];
}

/** @param {Bookmark} bookmark @param {string[]} labels @param {(page: number) => void} onOpen */
function entry({ title, level, page }, labels, onOpen) {
  const item = element("li", {});
  item.style.paddingLeft = `${Math.min(level - 1, DEEPEST)}rem`;
  if (page === null) {
    item.append(title);
    return item;
  }
  const opener = button({ text: title }, () => onOpen(page));
  opener.append(element("span", { class: "meta" }, pageWords(page, labels[page - 1])));
  item.append(opener);
  return item;
}
