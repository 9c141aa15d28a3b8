/** The access token, for servers that ask for one: kept for this tab only. */

import { byId } from "./dom.js";

const KEY = "kb.token";

export class Token {
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /** @returns {string | null} */
  current() {
    return sessionStorage.getItem(KEY);
  }

  /** Asks for a token, once for however many calls; whether one was given. @param {string} message */
  ask(message) {
    this.#asking ??= this.#shown(message).finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** @param {string} message @returns {Promise<boolean>} */
  #shown(message) {
    const dialog = byId("token");
    const field = byId("token-value");
    const problem = byId("token-problem");
    field.value = "";
    problem.textContent = message;
    problem.hidden = !message;
    dialog.returnValue = "cancel";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(this.#kept(dialog.returnValue, field.value.trim())), { once: true });
    });
  }

  /** @param {string} choice the value of the button that closed the dialog @param {string} value */
  #kept(choice, value) {
    if (choice !== "use" || !value) return false;
    sessionStorage.setItem(KEY, value);
    return true;
  }
}
