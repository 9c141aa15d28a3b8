/** A document in the list: what is being done with it, why it failed, and what can be done about it. */

import { cardWords } from "./card.js";
import { button, element, icon } from "./dom.js";
import { count, pageRanges, progressShare, progressWords, searchable, size, unfinished } from "./words.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */

/**
 * @typedef {object} Actions what a row can ask for; the promises end when it is done
 * @property {(document: KbDocument, opener: HTMLElement) => void} open
 * @property {(document: KbDocument) => void} report
 * @property {(document: KbDocument) => void} versions
 * @property {(document: KbDocument, picked: boolean) => void} pick
 * @property {(document: KbDocument, password?: string) => Promise<void>} ingest
 * @property {(document: KbDocument) => Promise<void>} readScans
 * @property {(document: KbDocument) => Promise<void>} remove
 */

export class DocumentRow {
  /** @type {KbDocument} */
  #document;
  #troubleShown = "";

  /** @param {KbDocument} document @param {boolean} picked @param {Actions} actions */
  constructor(document, picked, actions) {
    this.#document = document;
    this.actions = actions;
    this.check = element("input", { type: "checkbox", onchange: () => actions.pick(this.#document, this.check.checked) });
    this.check.checked = picked;
    this.name = element("button", { type: "button", class: "name", onclick: () => actions.open(this.#document, this.name) });
    this.title = element("p", { class: "title" });
    this.meta = element("p", { class: "meta" });
    this.bar = element("progress", { max: 1 });
    this.progress = element("p", { class: "meta working" });
    this.trouble = element("div", { class: "trouble-box" });
    this.report = button({ icon: "list", label: "How its pages were read" }, () => actions.report(this.#document));
    this.versions = button({ icon: "versions", label: "Versions" }, () => actions.versions(this.#document));
    this.delete = button({ icon: "trash", label: "Delete" }, () => this.#askToDelete());
    this.body = element("div", { class: "row-main" }, this.title, this.name, this.meta, this.bar, this.progress, this.trouble);
    this.element = element("li", { class: "row document" }, element("label", { class: "row-mark pick" }, this.check), this.body, this.report, this.versions, this.delete);
    this.update(document);
  }

  /** Shows the document as it is now; what has not changed stays, so that no typing is lost. @param {KbDocument} document */
  update(document) {
    this.#document = document;
    this.element.dataset.status = document.status;
    this.element.toggleAttribute("data-locked", locked(document));
    this.#named(document.name);
    this.title.textContent = document.title;
    this.title.title = document.title;
    this.title.hidden = !document.title;
    this.report.hidden = document.pages_done === 0;
    this.meta.replaceChildren(...metaWords(document));
    this.#showProgress(document);
    this.#showTrouble(document);
  }

  /** @param {boolean} picked */
  setPicked(picked) {
    this.check.checked = picked;
  }

  /** @param {string} name */
  #named(name) {
    if (this.name.textContent === name) return;
    this.name.textContent = name;
    this.name.title = `Open ${name}`;
    this.check.setAttribute("aria-label", `Ask only ${name}`);
    this.check.title = "Ask only the ticked documents";
    this.bar.setAttribute("aria-label", `Progress of ${name}`);
    this.report.setAttribute("aria-label", `How the pages of ${name} were read`);
    this.versions.setAttribute("aria-label", `Versions of ${name}`);
    this.delete.title = "Delete";
    this.delete.setAttribute("aria-label", `Delete ${name}`);
  }

  /** @param {KbDocument} document */
  #showProgress(document) {
    const working = unfinished(document);
    this.bar.hidden = this.progress.hidden = !working;
    if (!working) return;
    const share = progressShare(document);
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.progress.textContent = progressWords(document);
    if (searchable(document) && !onlyScans(document)) this.progress.append(" · ", element("strong", {}, "can be asked"));
  }

  /** @param {KbDocument} document */
  #showTrouble(document) {
    const key = JSON.stringify([document.status, document.reason, document.failed_pages, document.version]);
    if (key === this.#troubleShown) return;
    this.#troubleShown = key;
    this.trouble.replaceChildren(...this.#troubleParts(document));
  }

  /** @param {KbDocument} document */
  #troubleParts(document) {
    if (!["failed", "partial", "needs_ocr"].includes(document.status)) return [];
    /** @type {HTMLElement[]} */
    const parts = [element("p", { class: "trouble" }, icon(locked(document) ? "lock" : "warning"), element("span", {}, troubleWords(document)))];
    parts.push(locked(document) ? this.#passwordForm() : element("div", { class: "actions" }, this.#scansButton(document), this.#retryButton(document), this.#pagesButton(document)));
    return parts;
  }

  /** @param {KbDocument} document @returns {HTMLButtonElement | null} */
  #scansButton(document) {
    if (document.scans_done === document.scans) return null;
    const read = button({ icon: "file", text: "Read the scans now", kind: "soft" }, () => this.#run(read, () => this.actions.readScans(this.#document)));
    read.setAttribute("aria-label", `Read the scans of ${document.name} now`);
    return read;
  }

  /** @param {KbDocument} document @returns {HTMLButtonElement | null} */
  #retryButton(document) {
    // Reading all of it again would bring nothing that reading its scans does not.
    if (document.reason?.code === "needs_ocr") return null;
    const retry = button({ icon: "retry", text: "Retry", kind: "soft" }, () => this.#run(retry, () => this.actions.ingest(this.#document)));
    retry.setAttribute("aria-label", `Retry ${this.#document.name}`);
    return retry;
  }

  /** @param {KbDocument} document @returns {HTMLButtonElement | null} */
  #pagesButton(document) {
    return document.pages_done ? button({ icon: "list", text: "See its pages", kind: "soft" }, () => this.actions.report(this.#document)) : null;
  }

  #passwordForm() {
    const field = element("input", {
      type: "password", required: true, autocomplete: "off", placeholder: "Password", "aria-label": `Password of ${this.#document.name}`,
    });
    const unlock = element("button", { type: "submit", class: "soft" }, "Unlock");
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.#run(unlock, () => this.actions.ingest(this.#document, field.value));
    };
    return element("form", { class: "password", onsubmit: submit }, field, unlock);
  }

  /** Does something with its button disabled; an error is shown in the row. @param {HTMLButtonElement} pressed @param {() => Promise<void>} action */
  async #run(pressed, action) {
    pressed.disabled = true;
    this.trouble.querySelector("[role=alert]")?.remove();
    try {
      await action();
    } catch (error) {
      this.trouble.append(element("p", { class: "trouble", role: "alert" }, icon("warning"), element("span", {}, error.message)));
    } finally {
      pressed.disabled = false;
    }
  }

  #askToDelete() {
    const yes = button({ text: "Delete", kind: "danger" }, () => this.#run(yes, () => this.actions.remove(this.#document)));
    const no = button({ text: "Keep", kind: "soft" }, () => this.#closeQuestion(question));
    const words = `Delete “${this.#document.name}” and everything that was read from it?`;
    const question = element("div", { class: "confirm", role: "group", "aria-label": words }, element("p", {}, words), element("div", { class: "actions" }, yes, no));
    question.addEventListener("keydown", (event) => event.key === "Escape" && this.#closeQuestion(question));
    this.delete.hidden = true;
    this.body.append(question);
    no.focus();
  }

  /** @param {HTMLElement} question */
  #closeQuestion(question) {
    question.remove();
    this.delete.hidden = false;
    this.delete.focus();
  }
}

/** Whether nothing answers before the scans are read. @param {KbDocument} document */
function onlyScans(document) {
  return document.stage === "ocr" && document.scans === document.pages;
}

/** @param {KbDocument} document */
function locked(document) {
  return document.reason?.code === "password_required";
}

/** @param {KbDocument} document */
function troubleWords(document) {
  const words = document.reason?.message ?? "It could not be read.";
  const pages = document.failed_pages;
  const named = pages.length && !words.includes(pageRanges(pages)) ? ` (${pages.length === 1 ? "page" : "pages"} ${pageRanges(pages)})` : "";
  return words + named;
}

/** @param {KbDocument} document */
function metaWords(document) {
  const words = [];
  if (document.pages) words.push(count(document.pages, "page"));
  words.push(size(document.size));
  if (document.version > 1) words.push(`version\u00a0${document.version}`);
  /** @type {(Node | string)[]} */
  const parts = [element("span", {}, words.join(" · "))];
  if (cardWords(document)) parts.unshift(element("span", { class: "about" }, cardWords(document)));
  if (document.status === "ready") parts.push(element("span", { class: "ready" }, icon("check"), "Ready"));
  if (document.status === "partial") parts.push(element("span", { class: "partial" }, "Partly read"));
  if (document.status === "needs_ocr") parts.push(element("span", { class: "partial" }, "Needs OCR"));
  if (locked(document)) parts.push(element("span", { class: "locked" }, "Locked"));
  else if (document.status === "failed") parts.push(element("span", { class: "failed" }, "Failed"));
  return [...parts, ...document.tags.map((tag) => element("span", { class: "tag" }, tag))];
}
