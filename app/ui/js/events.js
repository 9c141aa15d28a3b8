/** Server-sent events out of a response body (the browser's EventSource cannot POST). */

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<{event: string, data: any}>} data is parsed JSON
 */
export async function* events(body) {
  /** @type {ReadableWritablePair<string, any>} */
  const decoder = new TextDecoderStream();
  const reader = body.pipeThrough(decoder).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      // Joined before it is replaced: a piece may end between the two characters of a line end.
      text = (text + value).replaceAll("\r\n", "\n");
      const blocks = text.split("\n\n");
      // The last block may go on in the next piece.
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } finally {
    // Also where the reader of the events leaves early: the server stops working only when the
    // body is closed.
    reader.cancel().catch(() => {});
  }
}

/** One event, `null` for a comment or an event without data. @param {string} block */
function parsed(block) {
  let event = "message";
  const data = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    // The format has one space behind the colon that is no part of the value; a second one is.
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}
