/** The report on a document: how each page was read, what was skipped, and why. */

import { isAbort } from "./http.js";
import { button, byId, element, icon } from "./dom.js";
import { pageWords } from "./page_names.js";
import { ROUTES, count, percent } from "./words.js";

/** @typedef {import("./types.js").PageReport} PageReport */
/** @typedef {import("./types.js").Route} Route */
/** @typedef {import("./types.js").Totals} Totals */
/** @typedef {"" | "notes" | Route} Choice which pages are shown: all, those with notes, or those of a route */

const COLUMNS = ["Page", "Read by", "Words", "Tables", "Images", "What to know"];
/** Rows that are drawn at a time: a long document's report is longer than anyone reads. */
const ROWS = 200;

export class Report {
  #loading = new AbortController();
  #subject = { id: "", name: "", version: 0 };
  /** @type {PageReport[]} */
  #pages = [];
  /** @type {Choice} */
  #chosen = "";
  #shown = ROWS;

  /**
   * @param {import("./api.js").Api} api
   * @param {(subject: {id: string, name: string, version: number}, page: number) => void} onOpen shows a page
   */
  constructor(api, onOpen) {
    this.api = api;
    this.onOpen = onOpen;
    this.dialog = byId("report");
    this.title = element("h2", { id: "report-title" });
    this.sums = element("p", { class: "meta", role: "status" });
    this.filters = element("div", { class: "report-filters", role: "group", "aria-label": "Show only" });
    this.body = element("div", { class: "report-body", tabindex: 0, role: "group", "aria-label": "Pages" });
    const close = button({ icon: "close", label: "Close the report (Escape)" }, () => this.dialog.close());
    const words = element("div", { class: "viewer-words" }, this.title, this.sums);
    this.dialog.append(element("header", { class: "viewer-head" }, words, close), this.filters, this.body);
    this.dialog.addEventListener("close", () => this.#loading.abort());
  }

  /** Shows the report on a document's newest version. @param {import("./types.js").KbDocument} document */
  async open({ id, name, version }) {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    this.#subject = { id, name, version };
    this.title.textContent = name;
    this.sums.textContent = "Loading the report…";
    this.filters.replaceChildren();
    this.body.replaceChildren();
    if (!this.dialog.open) this.dialog.showModal();
    try {
      const { pages, totals, error } = await this.api.report(id, version, signal);
      if (error) throw new Error(error.detail);
      this.#draw(pages, totals);
    } catch (error) {
      if (!isAbort(error)) this.#failed(error);
    }
  }

  /** @param {Error} error */
  #failed(error) {
    this.sums.textContent = "";
    this.body.replaceChildren(element("p", { class: "trouble", role: "alert" }, icon("warning"), element("span", {}, error.message)));
  }

  /** @param {PageReport[]} pages @param {Totals} totals */
  #draw(pages, totals) {
    this.#pages = pages;
    this.#chosen = "";
    this.#shown = ROWS;
    this.sums.textContent = sumWords(totals);
    this.filters.replaceChildren(...this.#filterButtons(totals));
    this.#drawRows();
  }

  /** @param {Totals} totals */
  #filterButtons(totals) {
    const routes = /** @type {Route[]} */ (Object.keys(ROUTES)).filter((route) => totals.routes[route]);
    /** @type {[Choice, string][]} */
    const choices = [["", `All ${count(totals.pages, "page")}`], ...routes.map((route) => /** @type {[Choice, string]} */ ([route, `${ROUTES[route].words}: ${totals.routes[route]}`]))];
    if (totals.with_notes) choices.push(["notes", `With notes: ${totals.with_notes}`]);
    return choices.map(([choice, text]) => {
      const filter = button({ text }, () => this.#choose(choice));
      filter.dataset.choice = choice;
      filter.setAttribute("aria-pressed", String(choice === ""));
      return filter;
    });
  }

  /** @param {Choice} choice */
  #choose(choice) {
    this.#chosen = choice;
    this.#shown = ROWS;
    for (const filter of this.filters.querySelectorAll("button")) filter.setAttribute("aria-pressed", String(filter.dataset.choice === choice));
    this.#drawRows();
    this.body.scrollTo({ top: 0 });
  }

  #drawRows() {
    const chosen = this.#pages.filter((page) => !this.#chosen || page.route === this.#chosen || (this.#chosen === "notes" && page.notes.length));
    const head = element("tr", {}, ...COLUMNS.map((name) => element("th", { scope: "col" }, name)));
    const rows = chosen.slice(0, this.#shown).map((page) => this.#row(page));
    this.body.replaceChildren(element("table", { class: "report-table" }, element("thead", {}, head), element("tbody", {}, ...rows)));
    if (chosen.length > this.#shown) this.body.append(button({ text: `Show more (${chosen.length - this.#shown} left)`, kind: "quiet more" }, () => this.#more()));
    if (!chosen.length) this.body.replaceChildren(element("p", { class: "state" }, "No page is read yet."));
  }

  #more() {
    this.#shown += ROWS;
    this.#drawRows();
  }

  /** @param {PageReport} page */
  #row(page) {
    const route = ROUTES[page.route];
    const open = element("button", { type: "button", class: "link", title: `Show page ${page.number}`, onclick: () => this.#openPage(page.number) }, pageWords(page.number, page.label));
    const told = toldOf(page).map(([kind, text]) => element("p", { class: kind }, text));
    return element(
      "tr",
      { "data-route": page.route },
      element("th", { scope: "row" }, open),
      element("td", {}, element("span", { class: `route ${route.kind}` }, route.words)),
      element("td", { class: "number" }, number(page.words)),
      element("td", { class: "number" }, number(page.tables)),
      element("td", { class: "number" }, number(page.images)),
      element("td", { class: "told" }, ...told),
    );
  }

  /** @param {number} page */
  #openPage(page) {
    this.dialog.close();
    this.onOpen(this.#subject, page);
  }
}

/** @param {number} value */
function number(value) {
  return value ? value.toLocaleString("en") : "–";
}

/** What there is to say of a page, worst first: its class and the words. @param {PageReport} page */
function toldOf({ error, recognition, notes, reasons }) {
  const told = [];
  if (error) told.push(["bad", error]);
  if (recognition) told.push(["", recognitionWords(recognition)]);
  told.push(...notes.map((note) => ["warn", note]));
  if (reasons.length) told.push(["meta", sentence(reasons.join("; "))]);
  return told;
}

/** @param {import("./types.js").Recognition} recognition */
function recognitionWords({ engine, confidence, placed }) {
  const sure = confidence === null ? "" : `, ${percent(confidence)} sure`;
  return `Read by ${engine}${sure}${placed ? "" : "; its words have no places of their own"}.`;
}

/** @param {string} words */
function sentence(words) {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/** @param {import("./types.js").Totals} totals */
function sumWords({ pages, characters, words, tables, images, unreadable, hidden = {} }) {
  const parts = [count(pages, "page"), count(words, "word"), count(characters, "character"), count(tables, "table"), count(images, "image")];
  if (unreadable) parts.push(`${percent(unreadable)} of the characters unreadable`);
  const unseen = Object.values(hidden).reduce((sum, words) => sum + words, 0);
  if (unseen) parts.push(`${count(unseen, "word")} not shown to a reader`);
  return parts.join(" · ");
}
