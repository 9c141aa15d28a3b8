/** The rows of a table that a quote stands in, below the table's header. */

import { element } from "./dom.js";

/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").TableCell} TableCell */

/**
 * A table of the rows that hold these boxes; `null` where they stand in no table of the page, or in so many rows
 * that the page itself shows them better.
 *
 * @param {import("./types.js").Block[]} blocks
 * @param {Box[]} boxes
 * @returns {HTMLTableElement | null}
 */
export function citedTable(blocks, boxes) {
  for (const { cells } of blocks) {
    const cited = new Set(cells.filter((cell) => boxes.some((box) => standsIn(box, cell.box))).map((cell) => cell.row));
    if (!cited.size) continue;
    if (cited.size > 12) return null;
    const rows = [...new Set([...cells.filter((cell) => cell.header).map((cell) => cell.row), ...cited])].sort((one, other) => one - other);
    const drawn = rows.map((row) => element("tr", {}, ...cells.filter((cell) => covered(cell, rows)[0] === row).map((cell) => drawnCell(cell, rows))));
    return element("table", { class: "cited-table" }, element("tbody", {}, ...drawn));
  }
  return null;
}

/** Those of the rows that a cell covers. @param {TableCell} cell @param {number[]} rows */
function covered(cell, rows) {
  return rows.filter((row) => cell.row <= row && row < cell.row + cell.row_span);
}

/** @param {TableCell} cell @param {number[]} rows those that are shown */
function drawnCell(cell, rows) {
  const span = covered(cell, rows).length;
  return element(cell.header ? "th" : "td", { rowspan: span > 1 && span, colspan: cell.column_span > 1 && cell.column_span }, cell.text);
}

/** @param {Box} inner @param {Box} outer */
function standsIn(inner, outer) {
  const x = (inner[0] + inner[2]) / 2;
  const y = (inner[1] + inner[3]) / 2;
  return outer[0] <= x && x <= outer[2] && outer[1] <= y && y <= outer[3];
}
