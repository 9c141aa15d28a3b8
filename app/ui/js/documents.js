/** The list of documents: filtered by name, picked to narrow a conversation, and live while one is read. */

import { ConnectionLost } from "./http.js";
import { announce, button, byId, element } from "./dom.js";
import { DocumentRow } from "./document_row.js";
import { receiptWords, unfinished } from "./words.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */

const POLL = 1000;
const POLL_AFTER_ERROR = 5000;
const PAGE = 50;

/** Sends `change` when documents come, go or end, and `picks` when other ones are picked. */
export class Documents extends EventTarget {
  /** @type {Map<string, KbDocument>} newest first */
  #shown = new Map();
  /** @type {Map<string, DocumentRow>} */
  #rows = new Map();
  /** @type {Map<string, string>} id → name of the picked ones */
  #picks = new Map();
  #wanted = PAGE;
  #asked = 0;
  #timer = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {(document: KbDocument, opener: HTMLElement) => void} onOpen
   * @param {(document: KbDocument) => void} onReport
   * @param {(document: KbDocument) => void} onVersions
   */
  constructor(api, onOpen, onReport, onVersions) {
    super();
    this.api = api;
    this.loaded = false;
    this.complete = true;
    /** @type {import("./document_row.js").Actions} */
    this.actions = {
      open: onOpen,
      report: onReport,
      versions: onVersions,
      pick: (document, picked) => this.#pick(document, picked),
      ingest: (document, password) => this.#ingest(document, password),
      readScans: (document) => this.#readScans(document),
      remove: (document) => this.#remove(document),
    };
    byId("filter").addEventListener("input", () => this.#filterChanged());
    byId("kind").addEventListener("change", () => this.refresh());
    byId("sort").addEventListener("change", () => this.#draw());
    byId("documents-more").addEventListener("click", () => this.#more());
  }

  /** How many there are, as far as they are loaded. */
  get number() {
    return this.#shown.size;
  }

  /** @returns {Map<string, string>} id → name */
  get picks() {
    return this.#picks;
  }

  /** @param {Map<string, string>} picks id → name */
  setPicks(picks) {
    this.#picks = new Map(picks);
    for (const [id, row] of this.#rows) row.setPicked(picks.has(id));
    this.dispatchEvent(new Event("picks"));
  }

  /** @param {string} id */
  name(id) {
    return this.#shown.get(id)?.name;
  }

  /** Says what has happened, a sentence a line, until it is dismissed. @param {string[]} lines */
  say(lines) {
    this.#notice(lines);
  }

  /** Asks the server, and goes on doing so while something is unfinished. */
  async refresh() {
    clearTimeout(this.#timer);
    // Answers may overtake each other: only that to the newest request is shown.
    const number = (this.#asked += 1);
    try {
      const { items, complete } = await this.#fetched();
      if (number !== this.#asked) return;
      this.#show(items, complete);
      if (items.some(unfinished)) this.#again(POLL);
    } catch (error) {
      if (number === this.#asked) this.#failed(error);
    }
  }

  /** @param {number} wait milliseconds */
  #again(wait) {
    this.#timer = setTimeout(() => this.refresh(), wait);
  }

  async #fetched() {
    const name = byId("filter").value.trim();
    const kind = byId("kind").value;
    const items = [];
    let cursor = "";
    do {
      const listing = await this.api.documents({ cursor, name, kind, limit: PAGE });
      items.push(...listing.items);
      cursor = listing.cursor ?? "";
    } while (cursor && items.length < this.#wanted);
    return { items, complete: !cursor };
  }

  /** @param {Error} error */
  #failed(error) {
    if (!this.loaded) byId("documents-state").textContent = error.message;
    // A lost connection is watched elsewhere, and calls this again when it is back.
    if (!(error instanceof ConnectionLost)) this.#again(POLL_AFTER_ERROR);
  }

  /** @param {KbDocument[]} items @param {boolean} complete */
  #show(items, complete) {
    for (const document of items) this.#tellEnd(document);
    this.#shown = new Map(items.map((document) => [document.id, document]));
    this.loaded = true;
    this.complete = complete;
    this.#draw();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {KbDocument} document */
  #tellEnd(document) {
    const before = this.#shown.get(document.id);
    if (!before || !unfinished(before) || unfinished(document)) return;
    const end = document.status === "ready" ? "is ready" : `: ${document.reason?.message ?? document.status}`;
    announce(`${document.name} ${end}`);
  }

  #draw() {
    for (const [id, row] of this.#rows) if (!this.#shown.has(id)) this.#drop(id, row);
    const list = byId("documents");
    let place = 0;
    for (const document of this.#sorted()) {
      const row = this.#rowOf(document);
      // Only what moved: an element that is inserted again loses the focus.
      if (list.children[place] !== row.element) list.insertBefore(row.element, list.children[place] ?? null);
      place += 1;
    }
    this.#drawState();
  }

  #sorted() {
    const by = byId("sort").value;
    const shown = [...this.#shown.values()];
    if (!by) return shown;
    /** @param {KbDocument} each */
    const key = ({ title, name, card }) => (by === "date" ? card.date : by === "who" ? (card.who[0]?.value ?? "") : title || name);
    // What lacks it comes last; the newest date comes first.
    return shown.sort((one, other) => Number(!key(one)) - Number(!key(other)) || key(one).localeCompare(key(other)) * (by === "date" ? -1 : 1));
  }

  /** Offers the kinds of the documents that are shown; what is chosen stays. */
  #drawKinds() {
    const select = byId("kind");
    if (select.value) return;
    const kinds = [...new Set([...this.#shown.values()].map(({ card }) => card.kind?.value ?? "").filter(Boolean))].sort();
    const known = [...select.options].map((option) => option.value);
    if (known.slice(1).join("\n") === kinds.join("\n")) return;
    select.replaceChildren(element("option", { value: "" }, "All kinds"), ...kinds.map((kind) => element("option", { value: kind }, kind)));
  }

  /** @param {KbDocument} document */
  #rowOf(document) {
    const known = this.#rows.get(document.id);
    if (known) {
      known.update(document);
      return known;
    }
    const row = new DocumentRow(document, this.#picks.has(document.id), this.actions);
    this.#rows.set(document.id, row);
    return row;
  }

  /** @param {string} id @param {DocumentRow} row */
  #drop(id, row) {
    row.element.remove();
    this.#rows.delete(id);
  }

  #drawState() {
    const filtering = byId("filter").value.trim() !== "" || byId("kind").value !== "";
    this.#drawKinds();
    const some = this.#shown.size > 0;
    byId("documents-count").textContent = some ? `${this.#shown.size}${this.complete ? "" : "+"}` : "";
    byId("filter-row").hidden = !some && !filtering;
    byId("documents-more").hidden = this.complete;
    const empty = filtering ? "No document has this in its name." : "None yet. Drop PDFs anywhere on this page.";
    byId("documents-state").textContent = some ? "" : empty;
  }

  #filterChanged() {
    clearTimeout(this.#timer);
    // After a short silence, not at each letter.
    this.#timer = setTimeout(() => this.refresh(), 150);
  }

  #more() {
    this.#wanted = this.#shown.size + PAGE;
    this.refresh();
  }

  /** @param {KbDocument} document @param {boolean} picked */
  #pick(document, picked) {
    if (picked) this.#picks.set(document.id, document.name);
    else this.#picks.delete(document.id);
    this.dispatchEvent(new Event("picks"));
  }

  /** @param {KbDocument} document @param {string} [password] */
  async #ingest(document, password) {
    await this.api.ingest(document.id, password);
    announce(`${document.name} is being read again`);
    await this.refresh();
  }

  /** @param {KbDocument} document */
  async #readScans(document) {
    await this.api.readScans(document.id);
    announce(`The scans of ${document.name} are being read`);
    await this.refresh();
  }

  /** @param {KbDocument} document */
  async #remove(document) {
    const receipt = await this.api.deleteDocument(document.id);
    this.forget(document.id);
    this.#notice([receiptWords(`“${document.name}”`, receipt)]).focus();
    this.refresh();
  }

  /** Shows a document that is gone no more, and asks it no more. @param {string} id */
  forget(id) {
    if (this.#picks.delete(id)) this.dispatchEvent(new Event("picks"));
    this.#shown.delete(id);
    this.#draw();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string[]} lines */
  #notice(lines) {
    const notice = byId("notice");
    const close = button({ icon: "close", label: "Dismiss" }, () => (notice.hidden = true));
    notice.replaceChildren(element("div", { class: "notice-lines" }, ...lines.map((line) => element("p", {}, line))), close);
    notice.hidden = false;
    return close;
  }
}
