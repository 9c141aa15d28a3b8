/** Asks what a file becomes whose name a document has: one question at a time, or one for all that came together. */

import { byId } from "./dom.js";
import { size } from "./words.js";

/** @typedef {import("./types.js").IfExists} IfExists */
/** @typedef {{files: number, choice: IfExists | null}} Drop files that came together, and what was chosen for all */
/** @typedef {{file: File, name: string, drop: Drop, stopped: boolean}} Waiting */

export class NameTaken {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** What is chosen for a file; one that was cancelled meanwhile is left out unasked. @param {Waiting} waiting @returns {Promise<IfExists>} */
  ask(waiting) {
    const answer = this.#last.then(() => (waiting.stopped ? "refuse" : (waiting.drop.choice ?? this.#shown(waiting))));
    this.#last = answer;
    return answer;
  }

  /** @param {Waiting} waiting @returns {Promise<IfExists>} */
  #shown({ file, name, drop }) {
    const dialog = byId("taken");
    const all = byId("taken-all");
    byId("taken-title").textContent = `There is a document “${name}” already`;
    byId("taken-text").textContent = `The file that you are adding (${size(file.size)}) has this name and other content. What should it become?`;
    byId("taken-for-all").hidden = drop.files === 1;
    all.checked = false;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      const chosen = () => {
        const choice = /** @type {IfExists} */ (dialog.returnValue || "refuse"); // Escape leaves none
        if (all.checked) drop.choice = choice;
        resolve(choice);
      };
      dialog.addEventListener("close", chosen, { once: true });
    });
  }
}
