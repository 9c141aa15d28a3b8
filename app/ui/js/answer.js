/** One answer: its text as it streams, then its claims, their proof, and the sources. */

import { button, element, icon } from "./dom.js";
import { heldBack, markButton, marked } from "./marked_text.js";
import { pageWords } from "./page_names.js";
import { plainQuote, quoteInContext } from "./quote.js";
import { PROOFS, SUPPORTS, count, whyNotProven } from "./words.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Citation} Citation */

/** The marks behind a sentence: its citations, and what they are worth, which a badge says. */
const MARKS_BEHIND = /^((?: ?\[\d+\])*)(?: \[(?:quoted only|unsupported)\])?/;

/**
 * @typedef {object} AnswerActions
 * @property {(citation: Citation, opener: HTMLElement) => void} open shows where a quote stands
 * @property {(messageId: string, helpful: boolean, comment: string) => Promise<void>} rate
 */

export class AnswerView {
  /** @type {Map<number, Citation>} */
  #citations = new Map();
  #held = "";

  /** @param {AnswerActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.label = element("p", { class: "kind" });
    this.body = element("div", { class: "answer-text" });
    this.after = element("div", { class: "answer-after" });
    this.element = element("div", { class: "answer" }, this.label, this.body, this.after);
  }

  /** Says that the answer is being looked for. @param {string} words */
  wait(words) {
    this.element.setAttribute("aria-busy", "true");
    this.label.className = "kind waiting";
    this.label.replaceChildren(element("span", { class: "dots", "aria-hidden": true }), words);
  }

  /** A piece of the text; half a mark waits for its other half. @param {string} text */
  addText(text) {
    this.label.replaceChildren();
    // A piece may end inside "[12]": half a mark would be shown as text and never become a link.
    const whole = this.#held + text;
    this.#held = heldBack(whole);
    this.body.append(...this.#marked(whole.slice(0, whole.length - this.#held.length)));
  }

  /** @param {Citation} citation */
  addCitation(citation) {
    this.#citations.set(citation.number, citation);
  }

  /** The whole answer, in place of what was streamed. @param {Answer} answer */
  finish(answer) {
    for (const citation of answer.citations) this.addCitation(citation);
    this.element.removeAttribute("aria-busy");
    this.element.dataset.kind = answer.kind;
    this.label.className = "kind";
    this.label.replaceChildren(...kindWords(answer), ...answer.notes.map((note) => ` ${note}`));
    this.body.replaceChildren(...this.#claims(answer));
    this.after.replaceChildren(...this.#sources(answer.citations));
  }

  /** What went wrong, under what had come so far. @param {string} message @param {() => void} again */
  fail(message, again) {
    this.element.removeAttribute("aria-busy");
    this.label.replaceChildren();
    this.after.replaceChildren(
      element("p", { class: "trouble", role: "alert" }, icon("warning"), element("span", {}, message)),
      button({ icon: "retry", text: "Ask again", kind: "soft" }, again),
    );
  }

  /**
   * Lets a person copy the answer, and say whether it helped where the conversation is theirs.
   *
   * @param {import("./types.js").Message} message
   * @param {boolean} own
   * @param {() => void} onCopy
   */
  kept(message, own, onCopy) {
    const copy = button({ icon: "copy", label: "Copy the answer with its sources" }, onCopy);
    this.after.append(element("div", { class: "answer-foot" }, ...(own ? this.#feedback(message) : []), copy));
  }

  // -- text -------------------------------------------------------------------------------------------------

  /** @param {string} text */
  #marked(text) {
    return marked(text, (number) => this.#mark(number));
  }

  /** @param {number} number */
  #mark(number) {
    const made = markButton(number, `Citation ${number}`, () => this.#open(number, made));
    const citation = this.#citations.get(number);
    if (citation) name(made, citation);
    return made;
  }

  /** @param {number} number @param {HTMLElement} opener */
  #open(number, opener) {
    const citation = this.#citations.get(number);
    if (citation?.places.length) this.actions.open(citation, opener);
    else /** @type {HTMLElement | null} */ (this.after.querySelector(`[data-number="${number}"]`))?.focus();
  }

  /** The text with its claims told apart; whatever stands between claims stays as it is. @param {Answer} answer */
  #claims(answer) {
    if (answer.kind !== "generated") return this.#marked(answer.text);
    const nodes = [];
    let from = 0;
    for (const claim of answer.claims) {
      // From behind the last one: two claims may say the same, and the second has its own marks.
      const at = answer.text.indexOf(claim.text, from);
      // A claim that is not word for word in the text stays plain text, without a badge.
      if (at < 0) continue;
      const end = at + claim.text.length;
      const [marks, numbers] = /** @type {RegExpMatchArray} */ (answer.text.slice(end).match(MARKS_BEHIND)); // it may be empty, so it matches
      nodes.push(...this.#marked(answer.text.slice(from, at)), this.#claim(claim, numbers));
      from = end + marks.length;
    }
    return [...nodes, ...this.#marked(answer.text.slice(from))];
  }

  /** A sentence, its citations, and a badge that says what these are worth. @param {import("./types.js").Claim} claim @param {string} numbers its marks, like ` [1] [2]` */
  #claim(claim, numbers) {
    const { words, icon: name, means } = SUPPORTS[claim.status];
    const why = whyNotProven(claim);
    const badge = element(
      "span",
      { class: `badge ${claim.status}`, title: means },
      icon(name),
      words,
      why ? element("span", { class: "why" }, why) : null,
    );
    const said = element("span", { class: "said" }, ...this.#marked(claim.text));
    return element("span", { class: `claim ${claim.status}` }, said, ...this.#marked(numbers), " ", badge);
  }

  // -- sources ----------------------------------------------------------------------------------------------

  /** @param {Citation[]} citations */
  #sources(citations) {
    if (!citations.length) return [];
    const list = citations.map((citation) => element("li", {}, this.#source(citation)));
    return [element("section", { class: "sources", "aria-label": "Sources" }, element("h4", {}, sourcesWords(citations)), element("ol", {}, ...list))];
  }

  /** @param {Citation} citation */
  #source(citation) {
    const proof = PROOFS[citation.proof];
    const inside = [
      element("span", { class: "source-number", "aria-hidden": true }, String(citation.number)),
      element("span", { class: "source-place", title: citation.document_name }, called(citation), citation.page ? ` · ${pageOf(citation)}` : ""),
      element("span", { class: `proof ${citation.proof}` }, icon(proof.icon), proof.words),
      element("span", { class: "source-quote" }, ...quoteInContext(citation)),
    ];
    if (!citation.places.length) {
      return element("div", { class: "source", tabindex: -1, "data-number": citation.number }, ...inside);
    }
    const opener = element(
      "button",
      { type: "button", class: "source", "data-number": citation.number, onclick: () => this.actions.open(citation, opener) },
      ...inside,
    );
    return opener;
  }

  // -- feedback ---------------------------------------------------------------------------------------------

  /** @param {import("./types.js").Message} message */
  #feedback(message) {
    const said = element("span", { class: "meta", role: "status" });
    const place = element("div", { class: "comment" });
    const up = button({ icon: "up", text: "Helpful" }, () => choose(true));
    const down = button({ icon: "down", text: "Not helpful" }, () => choose(false));
    const press = (/** @type {boolean | undefined} */ helpful) => {
      up.setAttribute("aria-pressed", String(helpful === true));
      down.setAttribute("aria-pressed", String(helpful === false));
    };
    const send = async (/** @type {boolean} */ helpful, comment = "") => {
      try {
        await this.actions.rate(message.id, helpful, comment);
        press(helpful);
        said.textContent = "Thank you.";
      } catch (error) {
        said.textContent = error.message;
      }
    };
    const choose = (/** @type {boolean} */ helpful) => {
      place.replaceChildren(...(helpful ? [] : [commentForm((comment) => send(false, comment), place)]));
      return send(helpful);
    };
    press(message.feedback?.helpful);
    return [up, down, said, place];
  }
}

/** @param {(comment: string) => Promise<void>} onSend @param {HTMLElement} place */
function commentForm(onSend, place) {
  const field = element("input", { type: "text", maxlength: 2000, placeholder: "What was wrong? (optional)", "aria-label": "What was wrong" });
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    await onSend(field.value.trim());
    place.replaceChildren();
  };
  return element("form", { class: "comment-form", onsubmit: submit }, field, element("button", { type: "submit", class: "soft" }, "Send"));
}

/** The page of a quote, with the PDF's own name for it. @param {Citation} citation */
function called(citation) {
  return citation.title || citation.document_name;
}

/** @param {Citation} citation */
function pageOf(citation) {
  return `page ${pageWords(citation.page ?? 0, citation.places[0]?.label)}`;
}

/** @param {HTMLElement} mark @param {Citation} citation */
function name(mark, citation) {
  const where = citation.page ? `${called(citation)}, ${pageOf(citation)}` : called(citation);
  const label = `Citation ${citation.number}: ${where}, ${PROOFS[citation.proof].words.toLowerCase()}`;
  mark.setAttribute("aria-label", label);
  mark.title = label;
  mark.classList.toggle("missing", citation.proof === "missing");
}

/** @param {Citation[]} citations */
function sourcesWords(citations) {
  const found = citations.filter((citation) => citation.proof !== "missing").length;
  if (found === citations.length) return `${count(found, "source")}, ${found === 1 ? "" : "each "}found again in the documents`;
  return `${found} of ${count(citations.length, "quote")} found again in the documents`;
}

/** How the answer came to be, said plainly. @param {Answer} answer @returns {(Node | string)[]} */
function kindWords(answer) {
  if (answer.broken_off) return [icon("warning"), element("strong", {}, "Broken off"), " This is not the whole answer."];
  if (answer.kind === "no_documents") return [icon("none"), element("strong", {}, "No documents yet"), " Drop PDFs into the library to ask them."];
  if (answer.kind === "not_found") return [icon("none"), element("strong", {}, "Not found in these documents")];
  if (answer.kind === "closest") {
    return [icon("none"), element("strong", {}, "No sure answer"), " The passages that come closest, as they stand there."];
  }
  if (answer.kind === "figures") {
    return [icon("quote"), element("strong", {}, "From your documents’ tables"), " Figures as they stand there, with what is computed of them; nothing was written by a model."];
  }
  if (answer.kind === "quotes") {
    return [icon("quote"), element("strong", {}, "Quoted from your documents"), " Sentences as they stand there; nothing was written by a model."];
  }
  return [icon("pen"), element("strong", {}, "Written by a model"), ` ${answer.model}. ${provenWords(answer.claims)}`];
}

/** How many sentences are proven. @param {import("./types.js").Claim[]} claims */
function provenWords(claims) {
  const proven = claims.filter((claim) => claim.proven).length;
  if (!claims.length) return "";
  if (proven === claims.length) return `${claims.length === 1 ? "It is" : "All sentences are"} proven by quotes.`;
  return `${proven} of ${count(claims.length, "sentence")} proven by quotes.`;
}

/** An answer as plain text with its sources. @param {Answer} answer */
export function asPlainText(answer) {
  const sources = answer.citations.map((citation) => {
    const where = citation.page ? `${called(citation)}, ${pageOf(citation)}` : called(citation);
    return `[${citation.number}] ${where} (${PROOFS[citation.proof].words.toLowerCase()}): ${plainQuote(citation)}`;
  });
  return [answer.broken_off ? `${answer.text} … (broken off)` : answer.text, ...sources].join("\n");
}
