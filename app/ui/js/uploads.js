/** Files on their way up: a row for each, two at a time. */

import { Problem, isAbort } from "./http.js";
import { button, byId, element, icon } from "./dom.js";
import { size } from "./words.js";

const AT_ONCE = 2;

export class Uploads {
  /** @type {UploadRow[]} */
  #waiting = [];
  #running = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {(document: import("./types.js").KbDocument) => void} onArrived
   */
  constructor(api, onArrived) {
    this.api = api;
    this.onArrived = onArrived;
  }

  /** @param {import("./dropped.js").Named[]} files */
  add(files) {
    for (const { file, name } of files) {
      const row = new UploadRow(file, name, () => this.#queue(row));
      byId("uploads").append(row.element);
      this.#queue(row);
    }
  }

  #queue(row) {
    row.wait();
    this.#waiting.push(row);
    this.#next();
  }

  async #next() {
    while (this.#waiting[0]?.stopped) this.#waiting.shift();
    if (this.#running >= AT_ONCE || !this.#waiting.length) return;
    const row = /** @type {UploadRow} */ (this.#waiting.shift());
    this.#running += 1;
    await this.#send(row);
    this.#running -= 1;
    this.#next();
  }

  async #send(row) {
    try {
      const document = await this.api.upload(row.file, row.name, row.begin());
      row.element.remove();
      this.onArrived(document);
    } catch (error) {
      if (!isAbort(error)) row.fail(error);
    }
  }
}

/** One file: its name, how much of it has gone up, and what went wrong. */
class UploadRow {
  /** @type {AbortController} */
  #stop = new AbortController();

  /** @param {File} file @param {string} name @param {() => void} onRetry */
  constructor(file, name, onRetry) {
    this.file = file;
    this.name = name;
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

  begin() {
    this.#stop = new AbortController();
    this.bar.hidden = false;
    const onProgress = (/** @type {number} */ share) => this.#progress(share);
    onProgress(0);
    return { onProgress, signal: this.#stop.signal };
  }

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
