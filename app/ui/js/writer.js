/** Which model on this machine writes the answers, where there is a choice: below the question. */

import { byId, element } from "./dom.js";

/** @typedef {import("./types.js").OfferedModels} OfferedModels */

export class Writer {
  /** @param {import("./api.js").Api} api @param {(lines: string[]) => void} say */
  constructor(api, say) {
    this.api = api;
    this.say = say;
    this.select = /** @type {HTMLSelectElement} */ (byId("writer-model"));
    this.select.addEventListener("change", () => this.#take(this.api.chooseModel(this.select.value || null)));
    // A server that is started later is offered when the list is opened.
    this.select.addEventListener("focus", () => this.refresh());
  }

  /** @returns {Promise<void>} */
  refresh() {
    return this.#take(this.api.models());
  }

  /** @param {Promise<OfferedModels>} answer */
  async #take(answer) {
    try {
      this.#show(await answer);
    } catch (error) {
      this.say([/** @type {Error} */ (error).message]);
    }
  }

  /** @param {OfferedModels} offered */
  #show({ items, choosable }) {
    byId("writer").hidden = !choosable || items.length === 0;
    const options = items.map(({ id, name, server, chosen }) =>
      element("option", { value: id, selected: chosen }, `written by ${name} (${server})`),
    );
    const quoted = element("option", { value: "", selected: !items.some(({ chosen }) => chosen) }, "quoted word for word");
    this.select.replaceChildren(quoted, ...options);
  }
}
