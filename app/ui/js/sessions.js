/** The list of conversations: open, rename, share, delete. */

import { ConnectionLost } from "./http.js";
import { announce, button, byId, element, icon } from "./dom.js";

/** @typedef {import("./types.js").Session} Session */

const PAGE = 30;

const WHO = "Everyone who may see these documents and has the link can read it. Only you can ask in it, rename or delete it.";

/** Sends `open` with a session as its detail, and `gone` with the id of one that was deleted. */
export class Sessions extends EventTarget {
  /** @type {Map<string, Session>} the latest used first */
  #shown = new Map();
  #wanted = PAGE;
  #asked = 0;
  /** @type {string | null} */
  #current = null;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    super();
    this.api = api;
    byId("sessions-more").addEventListener("click", () => this.#more());
  }

  /** Marks the session that is open. @param {string | null} id */
  setCurrent(id) {
    this.#current = id;
    for (const row of byId("sessions").children) mark(row, id);
  }

  async refresh() {
    const number = (this.#asked += 1);
    try {
      const { items, complete } = await this.#fetched();
      if (number === this.#asked) this.#show(items, complete);
    } catch (error) {
      if (!(error instanceof ConnectionLost) && !this.#shown.size) byId("sessions-state").textContent = error.message;
    }
  }

  async #fetched() {
    const items = [];
    let cursor = "";
    do {
      const listing = await this.api.sessions({ cursor, limit: PAGE });
      items.push(...listing.items);
      cursor = listing.cursor ?? "";
    } while (cursor && items.length < this.#wanted);
    return { items, complete: !cursor };
  }

  /** @param {Session[]} items @param {boolean} complete */
  #show(items, complete) {
    this.#shown = new Map(items.map((session) => [session.id, session]));
    byId("sessions").replaceChildren(...items.map((session) => this.#row(session)));
    byId("sessions-state").textContent = items.length ? "" : "Your questions will be kept here.";
    byId("sessions-more").hidden = complete;
  }

  #more() {
    this.#wanted = this.#shown.size + PAGE;
    this.refresh();
  }

  /** @param {Session} session */
  #row(session) {
    const title = session.title || "New conversation";
    const row = element("li", { class: "row session", "data-id": session.id });
    const open = element(
      "button",
      { type: "button", class: "name", title, onclick: () => this.dispatchEvent(new CustomEvent("open", { detail: session })) },
      title,
    );
    row.append(
      open,
      button({ icon: "pen", label: `Rename ${title}` }, () => row.replaceChildren(this.#renameForm(session))),
      button({ icon: "share", label: session.shared ? `${title} is shared: who can read it` : `Share ${title}` }, () => this.#askToShare(row, session, title)),
      button({ icon: "trash", label: `Delete ${title}` }, () => this.#askToDelete(row, session, title)),
    );
    row.classList.toggle("shared", session.shared);
    mark(row, this.#current);
    return row;
  }

  /** @param {Session} session */
  #renameForm(session) {
    const field = element("input", { type: "text", required: true, maxlength: 200, value: session.title, "aria-label": "New title" });
    const rename = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      await this.#tried(form, async () => {
        await this.api.renameSession(session.id, field.value.trim());
        await this.refresh();
      });
    };
    const cancel = button({ icon: "close", label: "Keep the title" }, () => this.refresh());
    const save = element("button", { type: "submit", class: "soft icon-only", "aria-label": "Save the title", title: "Save" }, icon("check"));
    const form = element("form", { class: "rename", onsubmit: rename }, field, save, cancel);
    form.addEventListener("keydown", (event) => event.key === "Escape" && this.refresh());
    // Once it is in the page: a field that is not has nothing to select.
    queueMicrotask(() => field.select());
    return form;
  }

  /** @param {HTMLElement} row @param {Session} session @param {string} title */
  #askToDelete(row, session, title) {
    const words = `Delete the conversation “${title}”?`;
    const question = element("div", { class: "confirm", role: "group", "aria-label": words });
    const yes = button({ text: "Delete", kind: "danger" }, () => this.#delete(question, session));
    const no = button({ text: "Keep", kind: "soft" }, () => this.refresh());
    question.append(element("p", {}, words), element("div", { class: "actions" }, yes, no));
    row.replaceChildren(question);
    // The harmless one: a second Enter must not delete.
    no.focus();
  }

  /** @param {Element} row @param {Session} session @param {string} title */
  #askToShare(row, session, title) {
    const words = session.shared ? `“${title}” is shared.` : `Share “${title}”?`;
    const question = element("div", { class: "confirm calm", role: "group", "aria-label": words });
    const set = (/** @type {boolean} */ shared) => () => this.#share(question, session, shared);
    const change = session.shared ? button({ text: "Stop sharing", kind: "soft" }, set(false)) : button({ text: "Share", kind: "soft" }, set(true));
    const leave = button({ text: session.shared ? "Close" : "Keep it to myself", kind: "soft" }, () => this.refresh());
    const link = session.shared ? element("input", { type: "text", readonly: true, value: linkTo(session.id), "aria-label": "Link to the conversation" }) : null;
    question.append(element("p", {}, words), element("p", {}, WHO), ...(link ? [link] : []), element("div", { class: "actions" }, change, leave));
    row.replaceChildren(question);
    if (link) link.select();
    else leave.focus();
  }

  /** Shares a conversation and shows its link, or ends that. @param {HTMLElement} question @param {Session} session @param {boolean} shared */
  #share(question, session, shared) {
    return this.#tried(question, async () => {
      await this.api.shareSession(session.id, shared);
      await this.refresh();
      announce(shared ? "The conversation is shared." : "The conversation is yours alone again.");
      const row = byId("sessions").querySelector(`[data-id="${session.id}"]`);
      if (shared && row) this.#askToShare(row, { ...session, shared }, session.title || "New conversation");
    });
  }

  /** @param {HTMLElement} question @param {Session} session */
  async #delete(question, session) {
    await this.#tried(question, async () => {
      await this.api.deleteSession(session.id);
      this.dispatchEvent(new CustomEvent("gone", { detail: session.id }));
      await this.refresh();
    });
    byId("new-session").focus();
  }

  /** Does something; an error is shown where it was asked for. @param {HTMLElement} place @param {() => Promise<void>} action */
  async #tried(place, action) {
    try {
      await action();
    } catch (error) {
      place.querySelector("[role=alert]")?.remove();
      place.append(element("p", { class: "trouble", role: "alert" }, error.message));
    }
  }
}

/** Where a conversation opens in this page. @param {string} id */
function linkTo(id) {
  return new URL(`#chat/${id}`, location.href).href;
}

/** @param {Element} row @param {string | null} id of the open session */
function mark(row, id) {
  const open = row.querySelector(".name");
  if (row.getAttribute("data-id") === id) open?.setAttribute("aria-current", "true");
  else open?.removeAttribute("aria-current");
}
