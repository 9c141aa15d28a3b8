/** What a document says that it is: its card, where each fact stands, and a form that corrects it. */

import { button, element } from "./dom.js";

/** @typedef {import("./types.js").KbDocument} KbDocument */
/** @typedef {import("./types.js").CardFact} CardFact */
/** @typedef {import("./types.js").CardFieldName} CardFieldName */
/** @typedef {Record<string, string | string[] | null>} Change corrections by their names; `null` takes one back */
/** @typedef {{name: CardFieldName, label: string, fact: CardFact | null, words: string}} Row */

/**
 * @typedef {object} Actions
 * @property {(fact: CardFact) => void} show shows where a fact stands
 * @property {(change: Change) => Promise<void>} correct
 */

const DATES = { published: "Published", period_end: "Period ends", signed: "Signed", effective: "Effective", due: "Due" };

/** Fields of the form, with what a person writes in them. @type {{name: CardFieldName, label: string, hint: string}[]} */
const FIELDS = [
  { name: "title", label: "Title", hint: "" },
  { name: "kind", label: "Kind", hint: "report, letter, invoice …" },
  { name: "who", label: "Who", hint: "Intel; AMD" },
  { name: "published", label: "Published", hint: "2023-06-30" },
];

/** The card, folded; nothing before it says anything. @param {KbDocument} document @param {Actions} actions @returns {Node[]} */
export function cardOf(document, actions) {
  const facts = rows(document);
  if (!facts.length) return [];
  const list = element("dl", {}, ...facts.flatMap((row) => [element("dt", {}, row.label), element("dd", {}, ...factWords(row, document, actions))]));
  const edit = button({ icon: "pen", text: "Correct", kind: "soft" }, () => {
    edit.hidden = true;
    list.after(form(document, actions, () => (edit.hidden = false)));
  });
  return [element("details", { class: "card" }, element("summary", {}, "About this document"), list, edit)];
}

/** @param {KbDocument} document @returns {Row[]} */
function rows({ card }) {
  /** @type {Row[]} */
  const found = [];
  /** @param {CardFieldName} name @param {string} label @param {CardFact | null} fact @param {string} [words] */
  const add = (name, label, fact, words) => fact && found.push({ name, label, fact, words: words ?? fact.value });
  add("title", "Title", card.title);
  add("kind", "Kind", card.kind);
  for (const who of card.who) add("who", "Who", who);
  for (const date of card.dates) add(date.role, DATES[date.role], date, date.date);
  for (const period of card.periods) add("period", "Period", period, period.calendar && period.calendar !== period.value ? `${period.value} (${period.calendar})` : period.value);
  for (const each of card.identifiers) add("identifiers", each.scheme, each);
  // What a person says that the document has not can be taken back, too.
  for (const name of card.corrected) {
    const words = (name === "language" && card.language) || "none";
    if (!found.some((row) => row.name === name)) found.push({ name, label: labelOf(name), fact: null, words });
  }
  return found;
}

/** @param {CardFieldName} name */
function labelOf(name) {
  const label = FIELDS.find((field) => field.name === name)?.label ?? DATES[/** @type {keyof typeof DATES} */ (name)];
  return label ?? `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** @param {Row} row @param {KbDocument} document @param {Actions} actions @returns {Node[]} */
function factWords({ name, label, fact, words }, document, actions) {
  /** @type {Node[]} */
  const parts = [element("span", {}, words)];
  if (fact?.page) {
    const shown = button({ text: `page ${fact.page}`, kind: "link" }, () => actions.show(fact));
    shown.setAttribute("aria-label", `${label}: show page ${fact.page}`);
    parts.push(shown);
  }
  if (document.card.corrected.includes(name)) {
    const said = alert();
    const back = button({ text: "corrected: take back", kind: "link" }, () => send(actions, { [name]: null }, back, said));
    back.setAttribute("aria-label", `Take the correction back: ${label}`);
    parts.push(back, said);
  }
  return parts;
}

/** @param {KbDocument} document @param {Actions} actions @param {() => void} onClose */
function form(document, actions, onClose) {
  const before = values(document);
  const fields = new Map(FIELDS.map(({ name, hint }) => [name, element("input", { type: "text", maxlength: 300, value: before[name] ?? "", placeholder: hint, autocomplete: "off" })]));
  const labels = FIELDS.map(({ name, label }) => element("label", {}, element("span", {}, label), fields.get(name) ?? null));
  const said = alert();
  const save = element("button", { type: "submit", class: "soft" }, "Save");
  const close = () => {
    made.remove();
    onClose();
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    /** @type {Change} */
    const change = {};
    for (const [name, field] of fields) {
      const value = field.value.trim();
      // Only what was changed: what is sent would be a correction.
      if (value !== (before[name] ?? "")) change[name] = name === "who" ? value.split(";").map((each) => each.trim()).filter(Boolean) : value;
    }
    if (await send(actions, change, save, said)) close();
  };
  const made = element("form", { class: "card-form", onsubmit: submit }, ...labels, said, element("div", { class: "actions" }, save, button({ text: "Cancel", kind: "quiet" }, close)));
  return made;
}

/** Where it is said that a correction was refused. */
function alert() {
  return element("p", { class: "trouble", role: "alert", hidden: true });
}

/**
 * Sends a correction, once at a time; whether it was taken.
 *
 * @param {Actions} actions @param {Change} change @param {HTMLButtonElement} sender @param {HTMLElement} said
 */
async function send(actions, change, sender, said) {
  sender.disabled = true;
  said.hidden = true;
  try {
    await actions.correct(change);
    return true;
  } catch (error) {
    said.textContent = /** @type {Error} */ (error).message;
    said.hidden = false;
    sender.disabled = false;
    return false;
  }
}

/** @param {KbDocument} document @returns {Record<string, string>} */
function values({ card }) {
  return {
    title: card.title?.value ?? "",
    kind: card.kind?.value ?? "",
    who: card.who.map((fact) => fact.value).join("; "),
    published: card.dates.find((date) => date.role === "published")?.date ?? "",
  };
}

/** What a row of the list says of a document beside its title: who, kind, date. @param {KbDocument} document */
export function cardWords({ card }) {
  return [card.who[0]?.value, card.kind?.value, card.date].filter(Boolean).join(" · ");
}
