/** Elements. Text only ever enters the page as text nodes: what a document says is never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes (`null` and `false` leave one out, a function listens to an event named `on…`)
 * and children; strings become text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | ((event: any) => void)>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A drawing of `icons.svg`, unseen by screen readers. @param {string} name */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `icons.svg#${name}`);
  drawing.append(use);
  return drawing;
}

/**
 * A button with an icon, words, or both; with `label` the words are for screen readers and as a tooltip.
 *
 * @param {{icon?: string, text?: string, label?: string, kind?: string}} look
 * @param {(event: any) => void} onclick
 * @returns {HTMLButtonElement}
 */
export function button({ icon: name, text, label, kind = "quiet" }, onclick) {
  return element(
    "button",
    { type: "button", class: text ? kind : `${kind} icon-only`, title: label ?? null, "aria-label": label ?? null, onclick },
    name ? icon(name) : null,
    text ?? null,
  );
}

/**
 * The elements of `index.html` that are more than an `HTMLElement`, by their ids.
 *
 * @typedef {object} Special
 * @property {HTMLInputElement} files
 * @property {HTMLInputElement} filter
 * @property {HTMLInputElement} folder
 * @property {HTMLTextAreaElement} question
 * @property {HTMLSelectElement} kind
 * @property {HTMLDialogElement} report
 * @property {HTMLSelectElement} sort
 * @property {HTMLDialogElement} taken
 * @property {HTMLInputElement} taken-all
 * @property {HTMLDialogElement} token
 * @property {HTMLInputElement} token-value
 * @property {HTMLDialogElement} versions
 */

/**
 * The element with this id, which the page has.
 *
 * @template {string} Id
 * @param {Id} id
 * @returns {Id extends keyof Special ? Special[Id] : HTMLElement}
 */
export function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/** Say something to screen readers without showing it. @param {string} text */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Whether the person asked for less motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
