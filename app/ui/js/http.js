/** Requests to the server: tokens, problems, and the connection. */

/**
 * @typedef {object} Options
 * @property {Record<string, string | number>} [query] empty values are left out
 * @property {object} [body] sent as JSON
 * @property {string} [accept]
 * @property {AbortSignal} [signal]
 *
 * @typedef {{onProgress: (share: number) => void, signal: AbortSignal}} UploadOptions
 */

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

export class Http {
  /**
   * @param {import("./token.js").Token} token
   * @param {{lost: () => void}} connection is told when the server cannot be reached
   */
  constructor(token, connection) {
    this.token = token;
    this.connection = connection;
  }

  /**
   * The parsed body of an answer, `null` if it has none. Throws `Problem` and `ConnectionLost`.
   * @param {string} method @param {string} path below /v1 @param {Options} [options]
   * @returns {Promise<any>}
   */
  async json(method, path, options = {}) {
    const answer = await this.fetch(method, path, options);
    return answer.status === 204 ? null : answer.json();
  }

  /**
   * An answer that went well. Throws like `json`.
   * @param {string} method @param {string} path @param {Options} [options]
   */
  async fetch(method, path, { query, body, accept = "application/json", signal } = {}) {
    const send = () => fetch(this.url(path, query), { method, signal, headers: this.#headers(accept, body), body: body && JSON.stringify(body) });
    const answer = await this.#withToken(send);
    if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
    return answer;
  }

  /**
   * The parsed answer to a form that is posted with progress.
   * @param {URL} url @param {FormData} form @param {UploadOptions} options
   * @param {boolean} ours whether it is this server, which gets the token
   */
  async post(url, form, options, ours = true) {
    const send = () => posted(url, form, ours ? this.#authorization() : null, options);
    const answer = await this.#withToken(send);
    if (answer.status >= 400) throw new Problem(answer.status, answer.body);
    return answer.body;
  }

  /** @param {string} path below /v1 @param {Record<string, string | number>} [query] empty values are left out */
  url(path, query = {}) {
    // Beside the page, not at the root: a proxy may serve both below a path of its own.
    const url = new URL(`v1/${path}`, document.baseURI);
    for (const [name, value] of Object.entries(query)) if (value !== "") url.searchParams.set(name, String(value));
    return url;
  }

  /** An error as the rest knows it: fetch says "no network" with a TypeError. @param {Error} error */
  translated(error) {
    if (!(error instanceof TypeError || error instanceof ConnectionLost)) return error;
    // Once for all requests: the bar says it, and asks when the server is back.
    this.connection.lost();
    return new ConnectionLost();
  }

  /**
   * Sends; on a 401 asks for a token and sends again, until it holds or none is given.
   * @template {{status: number}} Answer
   * @param {() => Promise<Answer>} send
   */
  async #withToken(send) {
    for (;;) {
      const used = this.token.current();
      const answer = await send().catch((/** @type {Error} */ error) => Promise.reject(this.translated(error)));
      if (answer.status !== 401) return answer;
      // Another request may have asked meanwhile: one dialog serves all that failed together.
      const given = this.token.current() !== used || (await this.token.ask(used ? "The server does not accept this token." : ""));
      if (!given) return answer;
    }
  }

  /** @param {string} accept @param {object | undefined} body */
  #headers(accept, body) {
    return { ...this.#authorization(), Accept: accept, ...(body && { "Content-Type": "application/json" }) };
  }

  #authorization() {
    const token = this.token.current();
    return token ? { Authorization: `Bearer ${token}` } : null;
  }
}

/**
 * Posts a form with progress, which fetch cannot report.
 * @returns {Promise<{status: number, body: any}>}
 * @param {URL} url
 * @param {FormData} form
 * @param {Record<string, string> | null} headers
 * @param {UploadOptions} options
 */
function posted(url, form, headers, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stopped = () => reject(new DOMException("Stopped", "AbortError"));
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, String(value));
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: parsed(request.responseText) });
    request.onerror = () => reject(new ConnectionLost());
    request.onabort = stopped;
    // An abort before this line has sent its event already.
    if (signal.aborted) return stopped();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** JSON, or `null` where the server (or a proxy) sent something else. @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
