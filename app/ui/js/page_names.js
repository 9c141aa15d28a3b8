/** What a PDF calls its pages, such as iv or A-3, beside their numbers. */

/**
 * The number of the page that a person means: the first that the PDF calls so, else the one with this number; `null`
 * where it is neither.
 *
 * @param {string} name
 * @param {string[]} labels the PDF's own names for its pages, in order, "" where one has none or the same
 * @returns {number | null}
 */
export function pageNumber(name, labels) {
  const wanted = name.trim().toLowerCase();
  const found = wanted ? labels.findIndex((label) => label.toLowerCase() === wanted) : -1;
  if (found >= 0) return found + 1;
  return /^\d{1,7}$/.test(wanted) && Number(wanted) >= 1 ? Number(wanted) : null;
}

/** A page's number with the PDF's own name for it: `12 (iv)`. @param {number} number @param {string | undefined} label */
export function pageWords(number, label) {
  return label ? `${number} (${label})` : String(number);
}
