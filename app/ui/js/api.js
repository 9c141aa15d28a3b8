/** The HTTP API. Every call either gives what the server said or throws a `Problem` or `ConnectionLost`. */

import { events } from "./events.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Message} Message */

/** What the server refused, in its words (RFC 9457 problem details). */
export class Problem extends Error {
  /** @param {number} status @param {any} details */
  constructor(status, details) {
    super(details?.detail || details?.title || `The server answered with an error (${status}).`);
    this.status = status;
    this.code = details?.code ?? "";
  }
}

/** The server could not be reached, or stopped in the middle of an answer. */
export class ConnectionLost extends Error {
  constructor() {
    super("The server cannot be reached.");
  }
}

/** Whether an error only says that the caller itself stopped. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

export class Api {
  /**
   * @param {{current: () => string | null, ask: (message: string) => Promise<boolean>}} token
   * @param {{lost: () => void}} connection
   */
  constructor(token, connection) {
    this.token = token;
    this.connection = connection;
    /** Files of this size and more go up by a presigned form: the smallest that the server turned away. */
    this.formFrom = Infinity;
  }

  // -- documents --------------------------------------------------------------------------------------------

  /** @returns {Promise<{items: KbDocument[], cursor: string | null}>} newest first */
  documents({ cursor = "", limit = 50, name = "" } = {}) {
    return this.#json("GET", "documents", { query: { cursor, limit, name } });
  }

  /** Reads a document again, or unlocks it. @param {string} id @param {string} [password] @returns {Promise<KbDocument>} */
  ingest(id, password) {
    return this.#json("POST", `documents/${id}/ingest`, { body: password ? { password } : {} });
  }

  /** @param {string} id @returns {Promise<import("./types.js").Receipt>} */
  deleteDocument(id) {
    return this.#json("DELETE", `documents/${id}`);
  }

  /** @param {string} id @returns {Promise<KbDocument>} */
  document(id) {
    return this.#json("GET", `documents/${id}`);
  }

  /**
   * A page as it was read, with its size in points.
   * @param {string} id @param {number} page @param {number} version @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").PageInfo>}
   */
  page(id, page, version, signal) {
    return this.#json("GET", `documents/${id}/pages/${page}`, { query: { version }, signal });
  }

  /**
   * A page as a picture.
   * @param {string} id @param {number} page @param {number} version @param {number} dpi @param {AbortSignal} signal
   */
  async pageImage(id, page, version, dpi, signal) {
    const answer = await this.#fetch("GET", `documents/${id}/pages/${page}/image`, { query: { version, dpi }, signal });
    return answer.blob();
  }

  /** Its versions, newest first. @param {string} id @returns {Promise<{number: number, pages: number}[]>} */
  async versions(id) {
    return (await this.#json("GET", `documents/${id}/versions`)).items;
  }

  /** Whether plain links do not work, because they carry no token. */
  get needsToken() {
    return this.token.current() !== null;
  }

  /** Where a version's PDF stands, at a page. @param {string} id @param {number} version @param {number} page */
  contentLink(id, version, page) {
    return `${this.#url(`documents/${id}/content`, { version })}#page=${page}`;
  }

  /** The same as a copy in memory, for when links do not work. @param {string} id @param {number} version @param {number} page */
  async contentBlobUrl(id, version, page) {
    const answer = await this.#fetch("GET", `documents/${id}/content`, { query: { version } });
    return `${URL.createObjectURL(await answer.blob())}#page=${page}`;
  }

  /**
   * Sends a PDF up: as it is where the server takes that, else by a presigned form.
   * @param {File} file @param {string} name
   * @param {{onProgress: (share: number) => void, signal: AbortSignal}} options
   * @returns {Promise<KbDocument>}
   */
  async upload(file, name, options) {
    if (file.size < this.formFrom) {
      try {
        return await this.#uploadDirectly(file, name, options);
      } catch (error) {
        if (!(error instanceof Problem && error.status === 413)) throw error;
        this.formFrom = file.size;
      }
    }
    return this.#uploadByForm(file, name, options);
  }

  async #uploadDirectly(file, name, options) {
    const form = new FormData();
    form.append("file", file, name);
    const send = () => post(this.#url("documents"), form, { ...options, headers: this.#headers() });
    const answer = await this.#withToken(send, (sent) => sent.status);
    if (answer.status >= 400) throw new Problem(answer.status, answer.body);
    return answer.body;
  }

  async #uploadByForm(file, name, options) {
    const sha256 = await digest(file);
    const body = { name, size: file.size, sha256 };
    const { document: announced, upload } = await this.#json("POST", "documents/uploads", { body, signal: options.signal });
    if (!upload) return announced;
    const form = new FormData();
    for (const [field, value] of Object.entries(upload.fields)) form.append(field, String(value));
    form.append("file", file, name);
    const answer = await post(new URL(upload.url, document.baseURI), form, { ...options, headers: {} });
    if (answer.status >= 400) throw new Problem(answer.status, answer.body);
    return this.ingest(announced.id);
  }

  // -- conversations ----------------------------------------------------------------------------------------

  /** @returns {Promise<{items: Session[], cursor: string | null}>} the latest used first */
  sessions({ cursor = "", limit = 30 } = {}) {
    return this.#json("GET", "chat/sessions", { query: { cursor, limit } });
  }

  /** @param {string[]} documentIds none means all @returns {Promise<Session>} */
  createSession(documentIds) {
    return this.#json("POST", "chat/sessions", { body: { document_ids: documentIds } });
  }

  /** @param {string} id @returns {Promise<Session>} */
  session(id) {
    return this.#json("GET", `chat/sessions/${id}`);
  }

  /** @param {string} id @param {string} title @returns {Promise<Session>} */
  renameSession(id, title) {
    return this.#json("PATCH", `chat/sessions/${id}`, { body: { title } });
  }

  /** @param {string} id */
  deleteSession(id) {
    return this.#json("DELETE", `chat/sessions/${id}`);
  }

  /** All messages of a session, oldest first. @param {string} id @returns {Promise<Message[]>} */
  async messages(id) {
    const all = [];
    let cursor = "";
    do {
      const listing = await this.#json("GET", `chat/sessions/${id}/messages`, { query: { cursor, limit: 100 } });
      all.push(...listing.items);
      cursor = listing.cursor;
    } while (cursor);
    return all;
  }

  /**
   * Asks, and gives the events of the answer as they come.
   * @param {string} id @param {string} question @param {AbortSignal} signal
   * @returns {AsyncGenerator<{event: string, data: any}>}
   */
  async *ask(id, question, signal) {
    const answer = await this.#fetch("POST", `chat/sessions/${id}/messages`, {
      body: { question },
      accept: "text/event-stream",
      signal,
    });
    try {
      yield* events(answer.body);
    } catch (error) {
      throw this.#translated(error);
    }
  }

  /** @param {string} sessionId @param {string} messageId @param {boolean} helpful @param {string} comment */
  rate(sessionId, messageId, helpful, comment) {
    return this.#json("POST", `chat/sessions/${sessionId}/messages/${messageId}/feedback`, { body: { helpful, comment } });
  }

  // -- the wire ---------------------------------------------------------------------------------------------

  /** @returns {Promise<any>} the body, `null` if there is none */
  async #json(method, path, options = {}) {
    const answer = await this.#fetch(method, path, options);
    return answer.status === 204 ? null : answer.json();
  }

  async #fetch(method, path, { query = {}, body, accept = "application/json", signal } = {}) {
    const send = () =>
      fetch(this.#url(path, query), {
        method,
        signal,
        headers: { ...this.#headers(), Accept: accept, ...(body ? { "Content-Type": "application/json" } : {}) },
        body: body ? JSON.stringify(body) : undefined,
      });
    const answer = await this.#withToken(send, (sent) => sent.status);
    if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
    return answer;
  }

  /** Sends; on a 401 asks for a token and sends once more. */
  async #withToken(send, statusOf) {
    for (;;) {
      const used = this.token.current();
      const answer = await send().catch((error) => Promise.reject(this.#translated(error)));
      if (statusOf(answer) !== 401) return answer;
      const given = this.token.current() !== used || (await this.token.ask(used ? "This token does not hold." : ""));
      if (!given) return answer;
    }
  }

  #headers() {
    const token = this.token.current();
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  /** @param {string} path below /v1 @param {Record<string, string | number>} [query] empty values are left out */
  #url(path, query = {}) {
    const url = new URL(`v1/${path}`, document.baseURI);
    for (const [name, value] of Object.entries(query)) if (value !== "") url.searchParams.set(name, String(value));
    return url;
  }

  /** fetch says "no network" with a TypeError. */
  #translated(error) {
    if (!(error instanceof TypeError || error instanceof ConnectionLost)) return error;
    this.connection.lost();
    return new ConnectionLost();
  }
}

/**
 * Posts a form with progress, which fetch cannot report.
 * @returns {Promise<{status: number, body: any}>}
 */
function post(url, form, { headers, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "text";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, String(value));
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: parsed(request.responseText) });
    request.onerror = () => reject(new ConnectionLost());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) return request.onabort(null);
    request.send(form);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** SHA-256 of a file, in hex. */
async function digest(file) {
  if (!crypto.subtle) throw new Error("A file this large can only be sent over https.");
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
