/** Whether the server can be reached; while it cannot, a line says so and it is tried again. */

import { byId } from "./dom.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 8000;
const BACK_SHOWN = 2500;

/** Sends the event `back` when the server is there again. */
export class Connection extends EventTarget {
  #line = byId("connection");
  #isLost = false;

  /** Says that the server cannot be reached, and tries until it can. */
  lost() {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#show("The server cannot be reached. Trying again…", "lost");
    this.#tryAfter(FIRST_WAIT);
  }

  /** @param {number} wait milliseconds */
  #tryAfter(wait) {
    setTimeout(async () => {
      if (await reachable()) this.#back();
      else this.#tryAfter(Math.min(wait * 1.5, LONGEST_WAIT));
    }, wait);
  }

  #back() {
    this.#isLost = false;
    this.#show("Connected again.", "back");
    setTimeout(() => this.#isLost || (this.#line.hidden = true), BACK_SHOWN);
    this.dispatchEvent(new Event("back"));
  }

  /** @param {string} text @param {"lost" | "back"} state */
  #show(text, state) {
    this.#line.textContent = text;
    this.#line.dataset.state = state;
    this.#line.hidden = false;
  }
}

async function reachable() {
  try {
    const answer = await fetch(new URL("health", document.baseURI), { cache: "no-store" });
    return answer.ok;
  } catch {
    return false;
  }
}
