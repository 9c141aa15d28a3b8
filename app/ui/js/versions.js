/** The versions of a document: which of them answers, and what can be done with each. */

import { button, byId, element, icon } from "./dom.js";
import { count, receiptWords, size, unfinished } from "./words.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */
/** @typedef {import("./types.js").Version} Version */

/** @typedef {(document: KbDocument) => Promise<[done: string, gone: string]>} Act does something; its sentence, and the id of a document that went with it or "" */

const POLL = 1000;
const TIME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export class Versions {
  /** @type {KbDocument | null} */
  #document = null;
  #asked = 0;
  #timer = 0;
  #drawn = "";
  /** What came of the last thing that was done here. */
  #done = "";

  /**
   * @param {import("./api.js").Api} api
   * @param {(subject: {id: string, name: string, version: number}, page: number) => void} onOpen shows a page
   * @param {(done: string, gone: string) => void} onChange is told what was done, and the id of a document that went with its last version
   */
  constructor(api, onOpen, onChange) {
    this.api = api;
    this.onOpen = onOpen;
    this.onChange = onChange;
    this.dialog = byId("versions");
    this.title = element("h2", { id: "versions-title" });
    this.said = element("p", { class: "meta", role: "status" });
    this.list = element("ol", { class: "versions-list", "aria-label": "Versions, newest first" });
    this.close = button({ icon: "close", label: "Close the versions (Escape)" }, () => this.dialog.close());
    this.dialog.append(element("header", { class: "viewer-head" }, element("div", { class: "viewer-words" }, this.title, this.said), this.close), this.list);
    this.dialog.addEventListener("close", () => this.#stop());
  }

  /** @param {KbDocument} document */
  open(document) {
    this.#document = document;
    this.#drawn = this.#done = "";
    this.title.textContent = `Versions of ${document.name}`;
    this.said.textContent = "Loading…";
    this.list.replaceChildren();
    this.dialog.showModal();
    this.#refresh();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#document = null;
  }

  /** Asks the server, and goes on doing so while one is read. */
  async #refresh() {
    clearTimeout(this.#timer);
    const number = (this.#asked += 1);
    const { id } = /** @type {KbDocument} */ (this.#document);
    try {
      const [document, versions] = await Promise.all([this.api.document(id), this.api.versions(id)]);
      if (number !== this.#asked) return;
      this.#document = document;
      this.#draw(document, versions);
      this.said.textContent = [this.#done, answersWords(document)].filter(Boolean).join(" ");
      if (versions.some(unfinished)) this.#timer = setTimeout(() => this.#refresh(), POLL);
    } catch (error) {
      if (number === this.#asked) this.said.textContent = error.message;
    }
  }

  /** What has not changed stays as it is with the focus, and all while a question is open. @param {KbDocument} document @param {Version[]} versions */
  #draw(document, versions) {
    const key = JSON.stringify([document.version, document.searchable_version, versions]);
    if (key === this.#drawn || this.list.querySelector(".confirm")) return;
    this.#drawn = key;
    const label = this.list.contains(window.document.activeElement) ? window.document.activeElement?.getAttribute("aria-label") : null;
    this.list.replaceChildren(...versions.map((version) => this.#item(document, version, versions.length === 1)));
    if (!label) return;
    const same = [...this.list.querySelectorAll("button")].find((each) => each.getAttribute("aria-label") === label);
    (same ?? this.close).focus();
  }

  /** @param {KbDocument} document @param {Version} version @param {boolean} only whether the document has no other */
  #item(document, version, only) {
    const { number } = version;
    const about = `version ${number} of ${document.name}`;
    const acts = element("div", { class: "actions" });
    const trouble = element("div", { role: "alert" });
    const act = (/** @type {string} */ text, /** @type {string} */ verb, /** @type {string} */ kind, /** @type {(made: HTMLButtonElement) => void} */ action) => {
      const made = button({ text, kind }, () => action(made));
      made.setAttribute("aria-label", `${verb} ${about}`);
      acts.append(made);
    };
    if (version.pages_done) act("Open", "Open", "soft", () => this.#openPage(document, number));
    if (mayBecomeCurrent(document, version)) act("Make current", "Make current:", "soft", (made) => this.#choose(made, trouble, number));
    act("Delete", "Delete", "quiet", (made) => this.#askToDelete(made, trouble, number, only));
    const head = element("p", { class: "name" }, `Version ${number}`, ...marks(document, version));
    return element("li", { "data-version": number }, head, element("p", { class: "meta" }, factWords(version)), ...reasonOf(version), acts, trouble);
  }

  /** @param {KbDocument} document @param {number} version */
  #openPage({ id, name }, version) {
    this.dialog.close();
    this.onOpen({ id, name, version }, 1);
  }

  /** @param {HTMLButtonElement} pressed @param {HTMLElement} trouble @param {number} number */
  #choose(pressed, trouble, number) {
    return this.#run(pressed, trouble, async ({ id, name }) => {
      await this.api.makeCurrent(id, number);
      return [`Version ${number} of “${name}” is current.`, ""];
    });
  }

  /** @param {HTMLButtonElement} pressed @param {HTMLElement} trouble @param {number} number @param {boolean} only */
  #askToDelete(pressed, trouble, number, only) {
    const words = only ? `Delete version ${number}, and the document with it? There is no other.` : `Delete version ${number} and everything that was read from it?`;
    const end = () => {
      trouble.replaceChildren();
      pressed.hidden = false;
      pressed.focus();
      this.#refresh();
    };
    const yes = button({ text: "Delete", kind: "danger" }, () => this.#delete(yes, trouble, number, only));
    const no = button({ text: "Keep", kind: "soft" }, end);
    const question = element("div", { class: "confirm", role: "group", "aria-label": words }, element("p", {}, words), element("div", { class: "actions" }, yes, no));
    question.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // else it closes the dialog
      end();
    });
    pressed.hidden = true;
    trouble.replaceChildren(question);
    no.focus();
  }

  /** @param {HTMLButtonElement} pressed @param {HTMLElement} trouble @param {number} number @param {boolean} only */
  #delete(pressed, trouble, number, only) {
    return this.#run(pressed, trouble, async ({ id, name }) => {
      const receipt = await this.api.deleteVersion(id, number);
      if (only) this.dialog.close();
      return [receiptWords(`version ${number} of “${name}”`, receipt), only ? id : ""];
    });
  }

  /** Does something with its button disabled, and says what came of it. @param {HTMLButtonElement} pressed @param {HTMLElement} trouble @param {Act} action */
  async #run(pressed, trouble, action) {
    pressed.disabled = true;
    try {
      const [done, gone] = await action(/** @type {KbDocument} */ (this.#document));
      this.#done = done;
      trouble.replaceChildren();
      this.onChange(done, gone);
      if (this.#document) await this.#refresh();
    } catch (error) {
      trouble.replaceChildren(element("p", { class: "trouble" }, icon("warning"), element("span", {}, error.message)));
    } finally {
      pressed.disabled = false;
      this.#keepFocus(pressed);
    }
  }

  /** A button that is disabled or gone has lost the focus. @param {HTMLButtonElement} pressed */
  #keepFocus(pressed) {
    if (!this.dialog.open || this.dialog.contains(document.activeElement)) return;
    (pressed.isConnected ? pressed : this.close).focus();
  }
}

/** @param {KbDocument} document */
function answersWords({ version, searchable_version: answers }) {
  if (!answers) return "None of them answers yet.";
  return answers === version ? `Questions are answered from version ${answers}.` : `Questions are answered from version ${answers} until version ${version} is ready.`;
}

/** @param {KbDocument} document @param {Version} version */
function mayBecomeCurrent(document, { number, status }) {
  return number !== document.version && status !== "uploading" && status !== "failed";
}

const STATES = {
  uploading: ["", "Its file has not arrived"],
  queued: ["", "Waiting to be read"],
  running: ["", "Being read"],
  ready: ["ready", "Ready"],
  partial: ["partial", "Partly read"],
  needs_ocr: ["partial", "Needs OCR"],
  failed: ["failed", "Failed"],
};

/** @param {KbDocument} document @param {Version} version */
function marks(document, { number, status }) {
  const [kind, words] = STATES[status];
  const made = [element("span", { class: `meta ${kind}` }, words)];
  if (number === document.searchable_version) made.unshift(element("span", { class: "route good" }, "Answers"));
  else if (number === document.version) made.unshift(element("span", { class: "route" }, "Current"));
  return made;
}

/** @param {Version} version */
function factWords(version) {
  const parts = [TIME.format(new Date(version.created_at)), size(version.size)];
  if (version.pages) parts.splice(1, 0, count(version.pages, "page"));
  return parts.join(" · ");
}

/** @param {Version} version */
function reasonOf({ reason }) {
  return reason ? [element("p", { class: "trouble" }, icon("warning"), element("span", {}, reason.message))] : [];
}
