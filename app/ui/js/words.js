/** How things are said: counts, sizes, and the state of a document. */

/** @typedef {import("./types.js").KbDocument} KbDocument */

const NUMBER = new Intl.NumberFormat("en");
const UNITS = ["bytes", "kB", "MB", "GB"];

/** `3 pages`, `1 page`. @param {number} number @param {string} one @param {string} [many] */
export function count(number, one, many = `${one}s`) {
  return `${NUMBER.format(number)} ${number === 1 ? one : many}`;
}

/** A size as a person reads it: `1.2 MB`. @param {number} bytes */
export function size(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  if (power === 0) return count(bytes, "byte");
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Whether work on a document or version goes on. @param {{status: import("./types.js").Status}} document */
export function unfinished(document) {
  return document.status === "queued" || document.status === "running";
}

/** Whether questions find something of a document. @param {KbDocument} document */
export function searchable(document) {
  return document.searchable_version > 0;
}

/** What is being done, in a few words. @param {KbDocument} document */
export function progressWords(document) {
  const { status, stage, pages, pages_done, chunks, chunks_done, scans, scans_done } = document;
  if (status === "queued" || stage === "waiting") return "Waiting to be read";
  if (stage === "extract") return pages ? `Reading: ${pages_done} of ${count(pages, "page")}` : "Opening";
  if (stage === "ocr") return `Reading scans: ${scans_done} of ${count(scans, "page")}`;
  if (stage === "chunk") return "Cutting into passages";
  return chunks ? `Indexing: ${chunks_done} of ${count(chunks, "passage")}` : "Indexing its passages";
}

/**
 * How far the present stage is, 0–1; `null` while that is not known.
 * @param {KbDocument} document
 */
export function progressShare(document) {
  const { status, stage, pages, pages_done, chunks, chunks_done, scans, scans_done } = document;
  if (status === "queued") return null;
  if (stage === "extract" && pages) return pages_done / pages;
  if (stage === "ocr" && scans) return scans_done / scans;
  if (stage === "embed" && chunks) return chunks_done / chunks;
  return null;
}

/**
 * What became of a file that was sent up, as a sentence; "" where the list shows it by itself.
 * @param {string} sent the file's name @param {import("./types.js").Uploaded} uploaded
 */
export function outcomeWords(sent, uploaded) {
  const { name, version, outcome } = uploaded;
  if (outcome === "created") return name === sent ? "" : `Added “${sent}” as the new document “${name}”.`;
  if (outcome === "new_version") return `Version ${version} of “${name}” is new.`;
  if (outcome === "made_current") return `This content is version ${version} of “${name}”, which is current again.`;
  if (outcome === "restored") return `What was lost of “${name}” is restored.`;
  return `This content is here already, as “${name}”${unfinished(uploaded) ? "" : "; nothing has changed"}.`;
}

/** What was deleted. @param {string} name @param {import("./types.js").Receipt} receipt */
export function receiptWords(name, { versions, files, chunks, bytes, archives }) {
  const parts = [count(versions, "version"), count(files, "file"), count(chunks, "passage")];
  const kept = archives ? ` ${count(archives, "archive")} (exports, backups) may still hold it.` : "";
  return `Deleted ${name}: ${parts.join(", ")}, ${size(bytes)}.${kept}`;
}

/** Pages as ranges: `3, 7–9`. @param {number[]} pages ascending */
export function pageRanges(pages) {
  /** @type {[number, number][]} */
  const ranges = [];
  for (const page of pages) {
    const last = ranges.at(-1);
    if (last && page === last[1] + 1) last[1] = page;
    else ranges.push([page, page]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

/** How a quote was found again. @type {Record<import("./types.js").Proof, {words: string, icon: string}>} */
export const PROOFS = {
  exact: { words: "Word for word", icon: "check" },
  fuzzy: { words: "Nearly word for word", icon: "near" },
  missing: { words: "Not found in the source", icon: "warning" },
};

/** What a sentence of an answer has behind it. @type {Record<import("./types.js").Support, {words: string, icon: string, means: string}>} */
export const SUPPORTS = {
  proven: { words: "Proven", icon: "check", means: "Its quotes, with what stands around them, say all of this." },
  quoted: { words: "Quoted only", icon: "near", means: "Its quotes were found in the source, but do not say all of this." },
  unsupported: { words: "Unsupported", icon: "warning", means: "No quote that says this was found in the source." },
};

/** Why a sentence is not proven, "" where there is nothing to add. @param {import("./types.js").Claim} claim */
export function whyNotProven(claim) {
  if (claim.status !== "quoted") return "";
  if (claim.missing.length) return `not in the quote: ${claim.missing.join(", ")}`;
  if (claim.left_out.length) return `left out: ${claim.left_out.join(", ")}`;
  return "its words are arranged otherwise than in the quote";
}

/** How a page was read, as a person is told, and how it is coloured. @type {Record<import("./types.js").Route, {words: string, kind: string}>} */
export const ROUTES = {
  failed: { words: "Failed", kind: "bad" },
  needs_ocr: { words: "Needs OCR", kind: "warn" },
  ocr: { words: "Scan, by OCR", kind: "good" },
  text_layer: { words: "Scan, its text", kind: "good" },
  text: { words: "Text", kind: "good" },
  text_and_pictures: { words: "Text, pictures", kind: "good" },
  pictures: { words: "Pictures", kind: "" },
  empty: { words: "Empty", kind: "" },
};

/** A share as a person reads it: `12 %`, `0.4 %`. @param {number} share 0–1 */
export function percent(share) {
  const value = 100 * share;
  return `${value >= 1 || value === 0 ? Math.round(value) : value.toFixed(1)} %`;
}
