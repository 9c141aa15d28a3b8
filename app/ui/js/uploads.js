/** Files on their way up: a row for each, two at a time, and a question where a document has the name. */

import { Problem, isAbort } from "./http.js";
import { button, byId, element, icon } from "./dom.js";
import { outcomeWords, size } from "./words.js";

const AT_ONCE = 2;

export class Uploads {
  /** @type {UploadRow[]} */
  #waiting = [];
  #running = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./name_taken.js").NameTaken} nameTaken
   * @param {{arrived: () => void, say: (lines: string[]) => void}} told
   */
  constructor(api, nameTaken, told) {
    this.api = api;
    this.nameTaken = nameTaken;
    this.told = told;
  }

  /** @param {import("./dropped.js").Named[]} files */
  add(files) {
    const drop = { files: files.length, choice: null, lines: [] };
    for (const { file, name } of files) {
      const row = new UploadRow(file, name, drop, () => this.#queue(row));
      byId("uploads").append(row.element);
      this.#queue(row);
    }
  }

  /** @param {UploadRow} row */
  #queue(row) {
    row.wait();
    this.#waiting.push(row);
    this.#next();
  }

  async #next() {
    // A row that was cancelled while it waited must not take a turn.
    while (this.#waiting[0]?.stopped) this.#waiting.shift();
    if (this.#running >= AT_ONCE || !this.#waiting.length) return;
    const row = /** @type {UploadRow} */ (this.#waiting.shift());
    this.#running += 1;
    await this.#send(row);
    this.#running -= 1;
    this.#next();
  }

  /** @param {UploadRow} row */
  async #send(row) {
    try {
      const uploaded = await this.api.upload(row.file, row.name, row.ifExists, row.begin());
      row.element.remove();
      this.#say(row, outcomeWords(row.name, uploaded));
      this.told.arrived();
    } catch (error) {
      if (isAbort(error)) return;
      // Not awaited: the other files go on while a person decides.
      if (error instanceof Problem && error.code === "name_exists") this.#ask(row);
      else row.fail(error);
    }
  }

  /** Has a person choose, while the other files go on. @param {UploadRow} row */
  async #ask(row) {
    row.waitForChoice();
    row.ifExists = await this.nameTaken.ask(row);
    // It was cancelled while the person chose.
    if (row.stopped) return;
    if (row.ifExists !== "refuse") return this.#queue(row);
    row.element.remove();
    this.#say(row, `Left out “${row.name}”: the document of this name is as it was.`);
  }

  /** Adds to what is said of the files that came together. @param {UploadRow} row @param {string} line */
  #say({ drop }, line) {
    if (!line) return;
    drop.lines.push(line);
    this.told.say(drop.lines);
  }
}

/** One file: its name, how much of it has gone up, and what went wrong. */
class UploadRow {
  /** @type {AbortController} */
  #stop = new AbortController();
  /** Only the server knows whether the name is taken by another content: it is asked before the person is. @type {import("./types.js").IfExists} */
  ifExists = "refuse";

  /** @param {File} file @param {string} name @param {import("./name_taken.js").Drop & {lines: string[]}} drop @param {() => void} onRetry */
  constructor(file, name, drop, onRetry) {
    this.file = file;
    this.name = name;
    this.drop = drop;
    this.onRetry = onRetry;
    this.bar = element("progress", { max: 1, "aria-label": `Upload of ${name}` });
    this.words = element("p", { class: "meta" });
    this.trouble = element("div", { role: "alert" });
    this.element = element(
      "li",
      { class: "row upload" },
      element("span", { class: "row-mark" }, icon("upload")),
      element("div", { class: "row-main" }, element("p", { class: "name", title: name }, name), this.words, this.bar, this.trouble),
      button({ icon: "close", label: `Cancel the upload of ${name}` }, () => this.#leave()),
    );
  }

  get stopped() {
    return this.#stop.signal.aborted;
  }

  wait() {
    this.trouble.replaceChildren();
    this.bar.hidden = true;
    this.words.textContent = `${size(this.file.size)} · waiting to upload`;
  }

  waitForChoice() {
    this.bar.hidden = true;
    this.words.textContent = `${size(this.file.size)} · a document has this name`;
  }

  begin() {
    this.#stop = new AbortController();
    this.bar.hidden = false;
    const onProgress = (/** @type {number} */ share) => this.#progress(share);
    onProgress(0);
    return { onProgress, signal: this.#stop.signal };
  }

  /** @param {number} share 0–1 */
  #progress(share) {
    this.bar.value = share;
    const done = share < 1 ? `uploading ${Math.round(share * 100)} %` : "uploaded, being checked";
    this.words.textContent = `${size(this.file.size)} · ${done}`;
  }

  /** @param {Error} error */
  fail(error) {
    this.bar.hidden = true;
    this.words.textContent = `${size(this.file.size)} · not added`;
    this.trouble.replaceChildren(
      element("p", { class: "trouble" }, icon("warning"), element("span", {}, error.message)),
      refused(error) ? "" : button({ icon: "retry", text: "Try again", kind: "soft" }, this.onRetry),
    );
  }

  #leave() {
    this.#stop.abort();
    this.element.remove();
  }
}

/** Whether the file itself was refused, so that sending it again is no use. @param {Error} error */
function refused(error) {
  return error instanceof Problem && [400, 413, 415, 422].includes(error.status);
}
