/** The conversation: its questions, the answers as they stream, and which documents it asks. */

import { ConnectionLost, isAbort } from "./http.js";
import { AnswerView, asPlainText } from "./answer.js";
import { announce, button, byId, calm, element, icon } from "./dom.js";
import { count } from "./words.js";

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Message} Message */

/** From this many on, the picked documents are counted, not named. */
const NAMED = 4;

const NEXT = "Your next question begins a new conversation.";
const SHARED = `Somebody shared this conversation with you to read. ${NEXT}`;

/** Sends `session` when another conversation is shown (its detail, `null` for a new one) and `answered`. */
export class Chat extends EventTarget {
  /** @type {Session | null} */
  #session = null;
  /** @type {AbortController | null} set while an answer streams */
  #streaming = null;
  #opened = 0;
  #cutOff = false;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./documents.js").Documents} documents
   * @param {(citation: import("./types.js").Citation, opener: HTMLElement) => void} onCitation
   */
  constructor(api, documents, onCitation) {
    super();
    this.api = api;
    this.documents = documents;
    this.answers = {
      open: onCitation,
      rate: (/** @type {string} */ id, /** @type {boolean} */ helpful, /** @type {string} */ comment) => this.#rate(id, helpful, comment),
    };
    this.#listen();
  }

  /** @returns {string | null} */
  get sessionId() {
    return this.#session?.id ?? null;
  }

  /** Begins a new conversation; it is kept from its first question on. */
  startNew() {
    this.#show(null, []);
    byId("question").focus();
  }

  /** Shows a kept conversation. @param {Session} session */
  async open(session) {
    const number = (this.#opened += 1);
    try {
      const messages = await this.api.messages(session.id);
      // Another one was opened while these messages came.
      if (number !== this.#opened) return;
      this.#show(session, messages);
      const names = session.document_ids.map((id) => /** @type {[string, string]} */ ([id, this.documents.name(id) ?? "a document"]));
      this.documents.setPicks(new Map(names));
    } catch (error) {
      if (!(error instanceof ConnectionLost)) announce(error.message);
    }
  }

  /** Shows a conversation by its id, or a new one if there is none with it. @param {string} id */
  async openById(id) {
    try {
      await this.open(await this.api.session(id));
    } catch {
      this.startNew();
    }
  }

  /** After the connection is back: what was cut off may have been kept. */
  recover() {
    if (!this.#cutOff || !this.#session) return;
    this.#cutOff = false;
    this.open(this.#session);
  }

  /** Shows what fits the documents that there are. */
  documentsChanged() {
    const empty = !byId("thread").children.length;
    const none = this.documents.loaded && !this.documents.number && !byId("filter").value;
    byId("welcome").hidden = !(empty && none);
    byId("invitation").hidden = !(empty && !none && this.documents.loaded);
    this.#drawScope();
  }

  // -- what the person does ---------------------------------------------------------------------------------

  #listen() {
    const question = byId("question");
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    question.addEventListener("keydown", (event) => {
      // While a word is composed (Chinese, Japanese), Enter takes a suggestion and asks nothing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    question.addEventListener("input", () => grow(question));
    byId("stop").addEventListener("click", () => this.#streaming?.abort());
    this.documents.addEventListener("picks", () => this.#drawScope());
  }

  #submit() {
    const field = byId("question");
    const question = field.value.trim();
    if (!question || this.#streaming) return;
    field.value = "";
    grow(field);
    this.#ask(question);
  }

  /** @param {string} question */
  async #ask(question) {
    const stop = new AbortController();
    if (this.#session && this.#beginsAnother()) this.#show(null, []);
    const view = new AnswerView(this.answers);
    this.#setStreaming(stop);
    this.#append(question, view);
    this.documentsChanged();
    toNewest(calm() ? "auto" : "smooth");
    view.wait("Searching the documents");
    try {
      await this.#begin();
      await this.#stream(question, view, stop.signal);
    } catch (error) {
      this.#broken(view, error, question);
    } finally {
      this.#setStreaming(null);
      this.dispatchEvent(new Event("answered"));
    }
  }

  /** Makes sure that there is a session. */
  async #begin() {
    if (this.#session) return;
    this.#session = await this.api.createSession([...this.documents.picks.keys()]);
    this.dispatchEvent(new CustomEvent("session", { detail: this.#session }));
  }

  /** @param {string} question @param {AnswerView} view @param {AbortSignal} signal */
  async #stream(question, view, signal) {
    let answer = null;
    for await (const { event, data } of this.api.ask(/** @type {string} */ (this.sessionId), question, signal)) {
      if (event === "text") view.addText(data.text);
      if (event === "citation") view.addCitation(data);
      if (event === "answer") view.finish((answer = data));
      if (event === "message") this.#kept(view, data);
      if (event === "error") throw new Error(data.detail ?? data.title);
    }
    // A stream that ends early looks complete to fetch: only the whole answer at its end tells.
    if (!answer) throw new ConnectionLost();
    announce(`Answer: ${answer.text}`);
  }

  /** @param {AnswerView} view @param {Error} error @param {string} question */
  #broken(view, error, question) {
    if (error instanceof ConnectionLost) this.#cutOff = true;
    const message = isAbort(error) ? "You stopped this answer." : error instanceof ConnectionLost ? "The connection was lost before the answer was complete." : error.message;
    view.fail(message, () => this.#streaming || this.#ask(question));
  }

  /** @param {AbortController | null} stop */
  #setStreaming(stop) {
    this.#streaming = stop;
    byId("send").hidden = Boolean(stop);
    byId("stop").hidden = !stop;
  }

  /** @param {string} messageId @param {boolean} helpful @param {string} comment */
  async #rate(messageId, helpful, comment) {
    await this.api.rate(/** @type {string} */ (this.sessionId), messageId, helpful, comment);
  }

  // -- what is shown ----------------------------------------------------------------------------------------

  /** @param {Session | null} session @param {Message[]} messages */
  #show(session, messages) {
    // What is still loading for another conversation must not be shown in this one.
    this.#opened += 1;
    this.#streaming?.abort();
    this.#session = session;
    byId("thread").replaceChildren();
    for (const message of messages) this.#appendKept(message);
    this.documentsChanged();
    this.dispatchEvent(new CustomEvent("session", { detail: session }));
    toNewest("auto");
  }

  /** @param {Message} message */
  #appendKept(message) {
    if (message.role === "user") {
      this.#append(message.text, null);
      return;
    }
    const view = new AnswerView(this.answers);
    if (message.answer) view.finish(message.answer);
    else view.addText(message.text);
    this.#kept(view, message);
    byId("thread").lastElementChild?.append(view.element);
  }

  /** @param {string} question @param {AnswerView | null} view */
  #append(question, view) {
    const turn = element("li", { class: "turn" }, element("h3", { class: "question" }, question), view?.element ?? null);
    byId("thread").append(turn);
  }

  /** @param {AnswerView} view @param {Message} message */
  #kept(view, message) {
    view.kept(message, this.#session?.own !== false, async () => {
      await navigator.clipboard.writeText(message.answer ? asPlainText(message.answer) : message.text);
      announce("Copied");
    });
  }

  #picksChanged() {
    const picks = [...this.documents.picks.keys()].sort();
    return JSON.stringify(picks) !== JSON.stringify([...(this.#session?.document_ids ?? [])].sort());
  }

  /** What is asked elsewhere is no part of this conversation, nor is it the reader's of a shared one. */
  #beginsAnother() {
    return this.#session?.own === false || this.#picksChanged();
  }

  #drawScope() {
    const picks = [...this.documents.picks];
    const startsNew = this.#session && byId("thread").children.length > 0 && this.#beginsAnother();
    const chips = picks.length < NAMED ? picks.map(([id, name]) => this.#chip(id, name)) : [element("strong", {}, count(picks.length, "document"))];
    const all = picks.length ? button({ text: "Ask all", kind: "link" }, () => this.documents.setPicks(new Map())) : element("strong", {}, "all documents");
    const parts = ["Asking ", ...chips, all];
    if (startsNew) parts.push(element("span", { class: "hint" }, this.#session?.own === false ? SHARED : NEXT));
    byId("scope").replaceChildren(...parts);
    byId("scope").hidden = !picks.length && !startsNew;
    byId("invitation-text").textContent = this.#invitation(picks);
  }

  /** @param {[id: string, name: string][]} picks */
  #invitation(picks) {
    if (picks.length) return `Ask about ${picks.length === 1 ? picks[0][1] : `the ${picks.length} documents you ticked`}.`;
    const number = this.documents.complete ? count(this.documents.number, "document") : "your documents";
    return `Ask about ${number}. Tick some in the list to ask only those.`;
  }

  /** @param {string} id @param {string} name */
  #chip(id, name) {
    const drop = () => {
      const left = new Map(this.documents.picks);
      left.delete(id);
      this.documents.setPicks(left);
    };
    const remove = element("button", { type: "button", "aria-label": `Do not ask only ${name}`, title: "Remove", onclick: drop }, icon("close"));
    return element("span", { class: "chip" }, element("span", { class: "chip-name" }, name), remove);
  }
}

/** The newest question to the top, with the room below it for its answer. @param {ScrollBehavior} behavior */
function toNewest(behavior) {
  byId("thread").lastElementChild?.scrollIntoView({ block: "start", behavior });
}

/** As many lines as the question has, up to the limit in the style sheet. @param {HTMLTextAreaElement} field */
function grow(field) {
  // First without a height: a field never says that it needs less than it has.
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
