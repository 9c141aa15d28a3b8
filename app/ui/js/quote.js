/** A quote between the source's own words around it, which may qualify it. */

import { element } from "./dom.js";

/** @typedef {import("./types.js").Citation} Citation */

/** The quote as it stands, the rest of its sentence or row dimmed. @param {Citation} citation @returns {(Node | string)[]} */
export function quoteInContext(citation) {
  return [...dimmed(citation.before, "", " "), element("q", {}, citation.found || citation.quote), ...dimmed(citation.after, " ", "")];
}

/** The same as plain text: what is not quoted stands outside the quotation marks. @param {Citation} citation */
export function plainQuote(citation) {
  return [citation.before, `“${citation.found || citation.quote}”`, citation.after].filter(Boolean).join(" ");
}

/** @param {string | undefined} words @param {string} before @param {string} after */
function dimmed(words, before, after) {
  return words ? [before, element("span", { class: "around" }, words), after] : [];
}
