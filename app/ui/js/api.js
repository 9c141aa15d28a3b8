/** The HTTP API, call by call. Each gives what the server said or throws a `Problem` or `ConnectionLost`. */

import { events } from "./events.js";
import { Problem } from "./http.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */
/** @typedef {import("./http.js").UploadOptions} UploadOptions */
/** @typedef {import("./types.js").IfExists} IfExists */
/** @typedef {import("./types.js").Receipt} Receipt */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Uploaded} Uploaded */
/** @typedef {import("./types.js").Message} Message */

export class Api {
  /** Files of this size and more go up by a presigned form: the smallest that the server turned away. */
  #formFrom = Infinity;

  /** @param {import("./http.js").Http} http */
  constructor(http) {
    this.http = http;
  }

  // -- documents --------------------------------------------------------------------------------------------

  /** @returns {Promise<import("./types.js").Listing<KbDocument>>} newest first */
  documents({ cursor = "", limit = 50, name = "", kind = "" } = {}) {
    return this.http.json("GET", "documents", { query: { cursor, limit, name, kind } });
  }

  /** Has OCR read the pages that need it. @param {string} id @returns {Promise<KbDocument>} */
  readScans(id) {
    return this.http.json("POST", `documents/${id}/scans`);
  }

  /** Reads a document again, or unlocks it. @param {string} id @param {string} [password] @returns {Promise<KbDocument>} */
  ingest(id, password) {
    return this.http.json("POST", `documents/${id}/ingest`, { body: password ? { password } : {} });
  }

  /** @param {string} id @returns {Promise<Receipt>} */
  deleteDocument(id) {
    return this.http.json("DELETE", `documents/${id}`);
  }

  /** @param {string} id @returns {Promise<KbDocument>} */
  document(id) {
    return this.http.json("GET", `documents/${id}`);
  }

  /** Corrects what a document says that it is. @param {string} id @param {import("./card.js").Change} card @returns {Promise<KbDocument>} */
  correct(id, card) {
    return this.http.json("PATCH", `documents/${id}`, { body: { card } });
  }

  /**
   * A page as it was read, with its size in points.
   * @param {string} id @param {number} page @param {number} version @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").PageInfo>}
   */
  page(id, page, version, signal) {
    return this.http.json("GET", `documents/${id}/pages/${page}`, { query: { version }, signal });
  }

  /**
   * How each page was read.
   * @param {string} id @param {number} version @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").Reports>}
   */
  report(id, version, signal) {
    return this.http.json("GET", `documents/${id}/report`, { query: { version }, signal });
  }

  /**
   * A page as a picture.
   * @param {string} id @param {number} page @param {number} version @param {number} dpi @param {AbortSignal} signal
   */
  async pageImage(id, page, version, dpi, signal) {
    const answer = await this.http.fetch("GET", `documents/${id}/pages/${page}/image`, { query: { version, dpi }, signal });
    return answer.blob();
  }

  /**
   * The tables of a version as a file: one of a page as CSV, or all in a ZIP file.
   * @param {string} id @param {number} version @param {{page: number, table: number}} [one] the table's index on the page, from 0
   */
  async tablesFile(id, version, one) {
    const place = one ? `pages/${one.page}/tables/${one.table}` : "tables";
    const answer = await this.http.fetch("GET", `documents/${id}/${place}`, { query: { version } });
    return answer.blob();
  }

  /** A copy of a scan whose words can be found and marked. @param {string} id @param {number} version */
  async searchableFile(id, version) {
    return (await this.http.fetch("GET", `documents/${id}/searchable`, { query: { version } })).blob();
  }

  /** Its versions, newest first. @param {string} id @returns {Promise<import("./types.js").Version[]>} */
  async versions(id) {
    return (await this.http.json("GET", `documents/${id}/versions`)).items;
  }

  /** Has a version answer again. @param {string} id @param {number} version @returns {Promise<KbDocument>} */
  makeCurrent(id, version) {
    return this.http.json("POST", `documents/${id}/versions/${version}/current`);
  }

  /** The document goes with its last one. @param {string} id @param {number} version @returns {Promise<Receipt>} */
  deleteVersion(id, version) {
    return this.http.json("DELETE", `documents/${id}/versions/${version}`);
  }

  /** The outline that a version's PDF brings along, and what it calls its pages. @param {string} id @param {number} version @returns {Promise<import("./types.js").Outline>} */
  outline(id, version) {
    return this.http.json("GET", `documents/${id}/outline`, { query: { version } });
  }

  /** Whether plain links do not work, because they carry no token. */
  get needsToken() {
    return this.http.token.current() !== null;
  }

  /** Where a version's PDF stands, at a page. @param {string} id @param {number} version @param {number} page */
  contentLink(id, version, page) {
    return `${this.http.url(`documents/${id}/content`, { version })}#page=${page}`;
  }

  /** The same as a copy in memory, for when links do not work. @param {string} id @param {number} version @param {number} page */
  async contentBlobUrl(id, version, page) {
    const answer = await this.http.fetch("GET", `documents/${id}/content`, { query: { version } });
    return `${URL.createObjectURL(await answer.blob())}#page=${page}`;
  }

  /**
   * Sends a PDF up: as it is where the server takes that, else by a presigned form. Where a document has the
   * name, `ifExists` decides; `refuse` throws a `Problem` with the code `name_exists`.
   * @param {File} file @param {string} name @param {IfExists} ifExists
   * @param {UploadOptions} options
   * @returns {Promise<Uploaded>}
   */
  async upload(file, name, ifExists, options) {
    if (file.size < this.#formFrom) {
      try {
        return await this.#uploadDirectly(file, name, ifExists, options);
      } catch (error) {
        if (!(error instanceof Problem && error.status === 413)) throw error;
        this.#formFrom = file.size;
      }
    }
    return this.#uploadByForm(file, name, ifExists, options);
  }

  /** @param {File} file @param {string} name @param {IfExists} ifExists @param {UploadOptions} options */
  #uploadDirectly(file, name, ifExists, options) {
    const form = new FormData();
    form.append("if_exists", ifExists);
    form.append("file", file, name);
    return this.http.post(this.http.url("documents"), form, options);
  }

  /** @param {File} file @param {string} name @param {IfExists} ifExists @param {UploadOptions} options @returns {Promise<Uploaded>} */
  async #uploadByForm(file, name, ifExists, options) {
    const body = { name, size: file.size, sha256: await digest(file), if_exists: ifExists };
    /** @type {import("./types.js").Announced} */
    const { document: announced, upload, outcome } = await this.http.json("POST", "documents/uploads", { body, signal: options.signal });
    if (!upload) return { ...announced, outcome };
    const form = new FormData();
    for (const [field, value] of Object.entries(upload.fields)) form.append(field, String(value));
    form.append("file", file, name);
    await this.http.post(new URL(upload.url, document.baseURI), form, options, false);
    return { ...(await this.ingest(announced.id)), outcome };
  }

  // -- conversations ----------------------------------------------------------------------------------------

  /** @returns {Promise<import("./types.js").Listing<Session>>} the latest used first */
  sessions({ cursor = "", limit = 30 } = {}) {
    return this.http.json("GET", "chat/sessions", { query: { cursor, limit } });
  }

  /** The models that may write answers. @returns {Promise<import("./types.js").OfferedModels>} */
  models() {
    return this.http.json("GET", "chat/models");
  }

  /** @param {string | null} model its id, `null` for none @returns {Promise<import("./types.js").OfferedModels>} */
  chooseModel(model) {
    return this.http.json("PUT", "chat/models/chosen", { body: { model } });
  }

  /** @param {string[]} documentIds none means all @returns {Promise<Session>} */
  createSession(documentIds) {
    return this.http.json("POST", "chat/sessions", { body: { document_ids: documentIds } });
  }

  /** @param {string} id @returns {Promise<Session>} */
  session(id) {
    return this.http.json("GET", `chat/sessions/${id}`);
  }

  /** @param {string} id @param {string} title @returns {Promise<Session>} */
  renameSession(id, title) {
    return this.http.json("PATCH", `chat/sessions/${id}`, { body: { title } });
  }

  /** @param {string} id @param {boolean} shared @returns {Promise<Session>} */
  shareSession(id, shared) {
    return this.http.json("PATCH", `chat/sessions/${id}`, { body: { shared } });
  }

  /** @param {string} id */
  deleteSession(id) {
    return this.http.json("DELETE", `chat/sessions/${id}`);
  }

  /** All messages of a session, oldest first. @param {string} id @returns {Promise<Message[]>} */
  async messages(id) {
    /** @type {Message[]} */
    const all = [];
    let cursor = "";
    do {
      const listing = await this.http.json("GET", `chat/sessions/${id}/messages`, { query: { cursor, limit: 100 } });
      all.push(...listing.items);
      cursor = listing.cursor;
    } while (cursor);
    return all;
  }

  /**
   * Asks, and gives the events of the answer as they come.
   * @param {string} id @param {string} question @param {AbortSignal} signal
   * @returns {AsyncGenerator<import("./types.js").AnswerEvent>}
   */
  async *ask(id, question, signal) {
    const answer = await this.http.fetch("POST", `chat/sessions/${id}/messages`, {
      body: { question },
      accept: "text/event-stream",
      signal,
    });
    try {
      yield* /** @type {AsyncGenerator<import("./types.js").AnswerEvent>} */ (events(/** @type {ReadableStream<Uint8Array>} */ (answer.body)));
    } catch (error) {
      throw this.http.translated(error);
    }
  }

  /** @param {string} sessionId @param {string} messageId @param {boolean} helpful @param {string} comment */
  rate(sessionId, messageId, helpful, comment) {
    return this.http.json("POST", `chat/sessions/${sessionId}/messages/${messageId}/feedback`, { body: { helpful, comment } });
  }
}

/** SHA-256 of a file, in hex. @param {File} file */
async function digest(file) {
  if (!crypto.subtle) throw new Error("A file this large can only be sent over https.");
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
