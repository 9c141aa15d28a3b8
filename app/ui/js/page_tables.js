/** The tables of a page: which cells name a cell, and what is marked beside it. */

/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").TableCell} TableCell */

/** @typedef {{labels: Box[], heads: Box[]}} Names where the labels of rows and the heads of columns stand */

/** Cells that a quote may stand in for their names to be marked: of a whole table each cell would be. */
const MOST_CELLS = 12;

/** The tables of a page, in the order in which the API counts them. @param {Block[]} blocks */
export function tablesOf(blocks) {
  return blocks.filter(({ kind, cells }) => kind === "table" && cells.length);
}

/** The filled cell below a point of the page, and its table. @param {Block[]} blocks @param {number} x @param {number} y */
export function cellAt(blocks, x, y) {
  for (const { cells } of tablesOf(blocks)) {
    const cell = cells.find(({ text, box }) => text && holds(box, x, y));
    if (cell) return { cell, cells };
  }
  return null;
}

/** Where the names of the cells stand that boxes are in; none of a cell that is a name itself. @param {Block[]} blocks @param {Box[]} boxes @returns {Names} */
export function namesAt(blocks, boxes) {
  for (const { cells } of tablesOf(blocks)) {
    const cited = cells.filter((cell) => cell.text && boxes.some((box) => holds(cell.box, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)));
    if (cited.length) return cited.length > MOST_CELLS ? { labels: [], heads: [] } : namesOf(cited, cells);
  }
  return { labels: [], heads: [] };
}

/** Where the names of these cells of a table stand. @param {TableCell[]} of @param {TableCell[]} cells @returns {Names} */
export function namesOf(of, cells) {
  const named = [...new Set(of.flatMap((cell) => cell.named_by))].map((place) => cells[place]).filter((cell) => !of.includes(cell));
  return {
    labels: named.filter((cell) => !cell.header).map((cell) => cell.box),
    heads: named.filter((cell) => cell.header).map((cell) => cell.box),
  };
}

/** A cell in words: "Net sales › Products · June 25, 2022: $ 63,355". @param {TableCell} cell */
export function cellWords({ row_path, heads, text }) {
  const names = [row_path, heads].map((path) => path.map((name) => name.replace(/:$/, "")).join(" › ")).filter(Boolean).join(" · ");
  return names ? `${names}: ${text}` : text;
}

/** @param {Box} box @param {number} x @param {number} y */
function holds([x0, top, x1, bottom], x, y) {
  return x0 <= x && x <= x1 && top <= y && y <= bottom;
}
