/** The page viewer: a page as it looks, with a quote's boxes marked on it. */

import { cardOf } from "./card.js";
import { citedTable } from "./cited_table.js";
import { isAbort } from "./http.js";
import { announce, button, byId, calm, element, icon } from "./dom.js";
import { outlineOf } from "./outline.js";
import { highlight, marksLayer } from "./marks.js";
import { cellAt, cellWords, namesAt, namesOf, tablesOf } from "./page_tables.js";
import { pageNumber, pageWords } from "./page_names.js";
import { quoteInContext } from "./quote.js";
import { PROOFS } from "./words.js";

/** @typedef {import("./types.js").Citation} Citation */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").PageInfo} PageInfo */

/**
 * @typedef {object} Subject what is looked at
 * @property {string} id
 * @property {string} name
 * @property {number} version
 * @property {number} page the first one shown
 * @property {Citation | null} citation
 */

/** Before anything is opened. @type {Subject} */
const NOTHING = { id: "", name: "", version: 0, page: 1, citation: null };

const ZOOMS = [1, 1.25, 1.5, 2, 3];
const DPI = 150;
/** From this zoom on a sharper picture is asked for. */
const SHARP_FROM = 2;
const SHARP_DPI = 250;

export class Viewer {
  /** @type {Subject} */
  #subject = NOTHING;
  /** @type {HTMLHeadingElement} */
  title;
  /** @type {HTMLElement} */
  place;
  /** @type {HTMLElement} */
  quote;
  /** What the cell that was clicked says. @type {HTMLElement} */
  cell;
  /** @type {HTMLElement} */
  outline;
  /** @type {HTMLElement} */
  card;
  /** Where a fact of the card stands that is looked at. @type {import("./types.js").CardFact | null} */
  #fact = null;
  /** @type {HTMLElement} */
  sheet;
  /** @type {HTMLElement} */
  stage;
  /** @type {HTMLInputElement} */
  number;
  /** @type {HTMLElement} */
  total;
  /** @type {HTMLElement} */
  percent;
  /** @type {HTMLAnchorElement} */
  link;
  /** @type {HTMLButtonElement} */
  previous;
  /** @type {HTMLButtonElement} */
  next;
  /** @type {HTMLButtonElement} */
  out;
  /** @type {HTMLButtonElement} */
  in;
  /** @type {HTMLElement | null} */
  #opener = null;
  #page = 1;
  #pages = 0;
  /** What the PDF calls its pages, once that is known. @type {string[]} */
  #labels = [];
  #zoom = 0;
  #loading = new AbortController();
  #picture = "";
  /** What is drawn. @type {PageInfo | null} */
  #info = null;

  /** @param {import("./api.js").Api} api @param {() => void} onToggle after it opened or closed @param {() => void} onCorrect after a card was corrected */
  constructor(api, onToggle, onCorrect) {
    this.api = api;
    this.onToggle = onToggle;
    this.onCorrect = onCorrect;
    this.element = byId("viewer");
    this.#build();
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Shows a document, at a citation's page if there is one. @param {Subject} subject @param {HTMLElement} opener */
  async open(subject, opener) {
    this.#subject = subject;
    this.#opener = opener;
    this.#pages = 0;
    this.#labels = [];
    this.#zoom = 0;
    this.#drawHead();
    this.element.hidden = false;
    this.onToggle();
    this.title.focus({ preventScroll: true });
    this.#fact = null;
    this.card.replaceChildren();
    await Promise.all([this.#show(subject.page), this.#count(subject), this.#outline(subject), this.#about(subject)]);
  }

  /** Closes it and goes back to what opened it. */
  close() {
    if (!this.isOpen) return;
    this.#loading.abort();
    this.element.hidden = true;
    this.onToggle();
    if (this.#opener?.isConnected) this.#opener.focus();
    else byId("question").focus();
  }

  // -- parts ------------------------------------------------------------------------------------------------

  #build() {
    this.title = element("h2", { class: "viewer-title", tabindex: -1 });
    this.place = element("p", { class: "meta", "aria-live": "polite" });
    this.quote = element("div", { class: "viewer-quote" });
    this.outline = element("nav", { class: "viewer-outline", "aria-label": "Contents" });
    this.card = element("div", { class: "viewer-card" });
    this.sheet = element("div", { class: "sheet", onclick: (event) => this.#showCell(event) });
    this.stage = element("div", { class: "stage", tabindex: 0, role: "group", "aria-label": "Page" }, this.sheet);
    const close = button({ icon: "close", label: "Close the page (Escape)" }, () => this.close());
    const words = element("div", { class: "viewer-words" }, this.title, this.place);
    this.cell = element("p", { class: "viewer-cell", role: "status", hidden: true });
    this.element.replaceChildren(element("header", { class: "viewer-head" }, words, close), this.#toolbar(), this.card, this.outline, this.quote, this.cell, this.stage);
  }

  #toolbar() {
    this.previous = button({ icon: "previous", label: "Previous page" }, () => this.#turn(-1));
    this.next = button({ icon: "next", label: "Next page" }, () => this.#turn(1));
    this.number = element("input", { type: "text", autocomplete: "off", "aria-label": "Page number or name", onchange: () => this.#jump() });
    this.total = element("span", { class: "meta" });
    this.out = button({ icon: "minus", label: "Zoom out" }, () => this.#magnify(-1));
    this.in = button({ icon: "plus", label: "Zoom in" }, () => this.#magnify(1));
    this.percent = element("span", { class: "meta percent", role: "status" });
    this.link = element("a", { class: "soft", target: "_blank", rel: "noopener", onclick: (event) => this.#openPdf(event) }, icon("open"), "Open PDF");
    const pages = element("span", { class: "group" }, this.previous, this.number, this.total, this.next);
    const zooms = element("span", { class: "group" }, this.out, this.percent, this.in);
    const tables = button({ icon: "download", text: "Tables", label: "Tables: download all of the document (CSV files)", kind: "soft" }, () => this.#download());
    this.searchable = button({ icon: "download", text: "Searchable PDF", label: "Searchable PDF: download a copy in which the words of its scans can be found", kind: "soft" }, () => this.#downloadSearchable());
    this.searchable.hidden = true;
    return element("div", { class: "toolbar", role: "toolbar", "aria-label": "Page" }, pages, zooms, tables, this.searchable, this.link);
  }

  #drawHead() {
    const { name, version, citation } = this.#subject;
    this.title.textContent = name;
    this.title.title = name;
    this.version = `Version ${version}`;
    this.quote.hidden = !citation;
    if (!citation) return;
    const proof = PROOFS[citation.proof];
    this.quote.replaceChildren(
      element("span", { class: `proof ${citation.proof}` }, icon(proof.icon), proof.words),
      element("span", { class: "viewer-words" }, ...quoteInContext(citation)),
    );
  }

  // -- pages ------------------------------------------------------------------------------------------------

  /** @param {Subject} subject */
  async #count(subject) {
    const versions = await this.api.versions(subject.id).catch(() => []);
    // Another document was opened meanwhile, of which this tells nothing.
    if (this.#subject !== subject) return;
    this.#pages = versions.find((version) => version.number === subject.version)?.pages ?? 0;
    this.#drawNumbers();
  }

  /** @param {Subject} subject */
  async #outline(subject) {
    this.outline.replaceChildren();
    const { outline, labels } = await this.api.outline(subject.id, subject.version).catch(() => ({ outline: [], labels: [] }));
    if (this.#subject !== subject) return;
    this.#labels = labels;
    this.outline.replaceChildren(...outlineOf(outline, labels, (page) => this.#show(page)));
  }

  /** Shows what the document is. @param {Subject} subject */
  async #about(subject) {
    const document = await this.api.document(subject.id).catch(() => null);
    if (document && this.#subject === subject) this.#drawCard(document);
  }

  /** @param {import("./types.js").KbDocument} document */
  #drawCard(document) {
    this.title.textContent = document.title || document.name;
    const open = this.card.querySelector("details")?.open ?? false;
    this.card.replaceChildren(...cardOf(document, { show: (fact) => this.#showFact(fact), correct: (change) => this.#correct(change) }));
    const details = this.card.querySelector("details");
    if (details) details.open = open;
  }

  /** @param {import("./types.js").CardFact} fact */
  #showFact(fact) {
    this.#fact = fact;
    this.#show(fact.page ?? 1);
  }

  /** @param {import("./card.js").Change} change */
  async #correct(change) {
    const subject = this.#subject;
    const document = await this.api.correct(subject.id, change);
    announce("The correction is kept");
    if (this.#subject === subject) this.#drawCard(document);
    this.onCorrect();
  }

  /** @param {number} step */
  #turn(step) {
    this.#show(this.#page + step);
  }

  #jump() {
    const wanted = pageNumber(this.number.value, this.#labels);
    if (wanted) this.#show(this.#pages ? Math.min(wanted, this.#pages) : wanted);
    else this.#drawNumbers();
  }

  /** @param {number} page */
  async #show(page) {
    const { id, version } = this.#subject;
    // Pages may be turned faster than they load: only the last one that was asked for is drawn.
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    this.#page = page;
    this.#drawNumbers();
    this.link.href = this.api.contentLink(id, version, page);
    this.cell.hidden = true;
    this.sheet.replaceChildren(element("p", { class: "state" }, "Loading the page…"));
    try {
      const [info, picture] = await Promise.all([
        this.api.page(id, page, version, signal),
        this.api.pageImage(id, page, version, this.#dpi(), signal),
      ]);
      this.#draw(info, picture);
    } catch (error) {
      if (!isAbort(error)) this.#failed(error);
    }
  }

  /** @param {PageInfo} info @param {Blob} picture */
  #draw(info, picture) {
    // Without this each page that is shown stays in the browser's memory.
    URL.revokeObjectURL(this.#picture);
    this.#picture = URL.createObjectURL(picture);
    const image = element("img", { src: this.#picture, alt: `Page ${info.number} of ${this.#subject.name}`, draggable: false });
    this.sheet.style.aspectRatio = `${info.width} / ${info.height}`;
    this.#sizeSheet();
    const boxes = this.#boxes(info.number);
    const marks = boxes.map((box) => highlight(box, info));
    this.#info = info;
    if (this.searchable) this.searchable.hidden = !info.recognition?.placed;
    this.#drawNumbers();
    this.#showRows(citedTable(info.blocks, boxes));
    const buttons = tablesOf(info.blocks).map(({ box }, table) => this.#csvButton(box, table, info));
    this.sheet.replaceChildren(image, marksLayer(marks, namesAt(info.blocks, boxes), info), ...buttons);
    this.#scrollTo(marks);
    announce(`Page ${info.number} is shown${marks.length ? ", with the quote marked" : ""}`);
  }

  // -- tables -----------------------------------------------------------------------------------------------

  /** Marks the cell that was clicked, with its heads and its row's labels. @param {MouseEvent} event */
  #showCell(event) {
    const info = this.#info;
    if (!info || !this.sheet.querySelector("img")) return;
    const sheet = this.sheet.getBoundingClientRect();
    // In shares of the sheet: its size on the screen changes with the zoom and the window.
    const x = ((event.clientX - sheet.left) / sheet.width) * info.width;
    const y = ((event.clientY - sheet.top) / sheet.height) * info.height;
    const found = cellAt(info.blocks, x, y);
    if (!found) return;
    const layer = marksLayer([highlight(found.cell.box, info)], namesOf([found.cell], found.cells), info);
    this.sheet.querySelector(".marks")?.replaceWith(layer);
    this.cell.textContent = cellWords(found.cell);
    this.cell.hidden = false;
  }

  /** @param {Box} box @param {number} table its index on the page @param {PageInfo} info */
  #csvButton(box, table, info) {
    const made = button({ icon: "download", label: `Download table ${table + 1} of this page as CSV`, kind: "soft table-csv" }, (event) => {
      // The sheet below would take it for a click on a cell.
      event.stopPropagation();
      this.#download({ page: info.number, table });
    });
    // Beside the table, where a page has a margin: above it are its title and its unit.
    made.style.left = `min(${(100 * box[2]) / info.width}% + 2px, 100% - 1.5rem)`;
    made.style.top = `${(100 * box[1]) / info.height}%`;
    return made;
  }

  /** Saves one table as CSV, or all of the document. @param {{page: number, table: number}} [one] */
  async #download(one) {
    const { id, version } = this.#subject;
    await this.#save(() => this.api.tablesFile(id, version, one), one ? ` page ${one.page} table ${one.table + 1}.csv` : " tables.zip");
  }

  async #downloadSearchable() {
    const { id, version } = this.#subject;
    await this.#save(() => this.api.searchableFile(id, version), "-searchable.pdf");
  }

  /** Saves a file under the document's name with this end. @param {() => Promise<Blob>} fetched @param {string} end */
  async #save(fetched, end) {
    const stem = this.#subject.name.replace(/^.*\//, "").replace(/\.pdf$/i, "");
    try {
      const address = URL.createObjectURL(await fetched());
      element("a", { href: address, download: stem + end }).click();
      // Not at once: some browsers begin the download later.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      this.place.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** The quote as the rows of the table that it is from, where it is from one. @param {HTMLTableElement | null} table */
  #showRows(table) {
    const quote = this.quote.querySelector("q, table");
    if (table && quote) quote.replaceWith(table);
  }

  /** @param {Error} error */
  #failed(error) {
    this.sheet.style.aspectRatio = "auto";
    this.sheet.replaceChildren(element("p", { class: "trouble", role: "alert" }, icon("warning"), element("span", {}, error.message)));
  }

  /** @param {number} page @returns {Box[]} */
  #boxes(page) {
    if (this.#fact?.page === page) return this.#fact.boxes;
    const places = this.#subject?.citation?.places ?? [];
    return places.filter((place) => place.page === page).flatMap((place) => place.boxes);
  }

  /** The first mark into the middle, the top of the page if there is none. @param {Element[]} marks */
  #scrollTo(marks) {
    const behavior = calm() ? "auto" : "smooth";
    const first = marks[0];
    if (!first) return this.stage.scrollTo({ top: 0, behavior: "auto" });
    const stage = this.stage.getBoundingClientRect();
    const mark = first.getBoundingClientRect();
    this.stage.scrollBy({
      top: mark.top - stage.top - stage.height / 3,
      left: mark.left - stage.left - stage.width / 4,
      behavior,
    });
  }

  #drawNumbers() {
    this.number.value = String(this.#page);
    this.total.textContent = this.#pages ? `of ${this.#pages}` : "";
    const label = this.#info?.number === this.#page ? this.#info.label : this.#labels[this.#page - 1];
    this.place.textContent = `${this.version} · page ${pageWords(this.#page, label)}${this.#pages ? ` of ${this.#pages}` : ""}`;
    this.previous.disabled = this.#page <= 1;
    this.next.disabled = this.#pages > 0 && this.#page >= this.#pages;
  }

  // -- zoom -------------------------------------------------------------------------------------------------

  #dpi() {
    return ZOOMS[this.#zoom] >= SHARP_FROM ? SHARP_DPI : DPI;
  }

  /** @param {number} step */
  #magnify(step) {
    const before = this.#dpi();
    this.#zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.#zoom + step));
    this.#sizeSheet();
    // Only upwards: a sharper picture than needed looks no worse.
    if (this.#dpi() > before) this.#show(this.#page);
    else this.#scrollTo([...this.sheet.querySelectorAll(".highlight")]);
  }

  #sizeSheet() {
    const zoom = ZOOMS[this.#zoom];
    this.sheet.style.width = `${zoom * 100}%`;
    this.percent.textContent = `${zoom * 100} %`;
    this.out.disabled = this.#zoom === 0;
    this.in.disabled = this.#zoom === ZOOMS.length - 1;
  }

  // -- the PDF itself ---------------------------------------------------------------------------------------

  /** @param {Event} event */
  async #openPdf(event) {
    // A link sends no token: where one is needed, the PDF is fetched and opened from memory.
    if (!this.api.needsToken) return;
    event.preventDefault();
    // Before anything is waited for: later a browser takes it for a pop-up and blocks it.
    const tab = window.open("", "_blank");
    try {
      const { id, version } = this.#subject;
      tab?.location.replace(await this.api.contentBlobUrl(id, version, this.#page));
    } catch (error) {
      tab?.close();
      this.#failed(error);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") this.close();
    const target = /** @type {HTMLElement} */ (event.target);
    // Arrow keys move the caret in a field, and scroll a page that is magnified.
    const inside = this.element.contains(target) && target.tagName !== "INPUT";
    if (!inside || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft" && !this.previous.disabled && this.#zoom === 0) this.#turn(-1);
    if (event.key === "ArrowRight" && !this.next.disabled && this.#zoom === 0) this.#turn(1);
  }
}
