/** The API reference, drawn from the server's own description (openapi.json). */

import { byId, element } from "./dom.js";

/** @typedef {import("./types.js").Content} Content */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Response} Response */
/** @typedef {import("./types.js").Schema} Schema */
/** @typedef {import("./types.js").Tag} Tag */
/** @typedef {[name: string, kind: string, said: string]} Row */

const METHODS = ["get", "post", "put", "patch", "delete"];

class Reference {
  /** @param {import("./types.js").Description} description */
  constructor(description) {
    this.description = description;
  }

  /** @returns {Node[]} */
  draw() {
    const tags = this.description.tags ?? [];
    return [paragraphs(this.description.info.description), ...tags.map((tag) => this.#section(tag))];
  }

  /** @param {Tag} tag */
  #section({ name, description }) {
    const drawn = [];
    for (const [path, item] of Object.entries(this.description.paths)) {
      for (const method of METHODS) if (item[method]?.tags?.includes(name)) drawn.push(this.#operation(method, path, item[method]));
    }
    return element("section", {}, element("h2", {}, name), element("p", { class: "said" }, description ?? ""), ...drawn);
  }

  /** @param {string} method @param {string} path @param {Operation} operation */
  #operation(method, path, operation) {
    const body = operation.requestBody?.content ?? {};
    const responses = Object.entries(operation.responses);
    return element(
      "details",
      { id: operation.operationId },
      element(
        "summary",
        {},
        element("span", { class: "method" }, method.toUpperCase()),
        element("code", {}, path),
        element("span", { class: "said" }, operation.summary),
      ),
      element(
        "div",
        { class: "operation" },
        paragraphs(operation.description),
        this.#table("Parameters", (operation.parameters ?? []).map((given) => this.#field(given.name, given.schema, given.required, given.description, given.in))),
        ...Object.entries(body).map(([type, content]) => this.#body("Request", type, content)),
        ...responses.filter(([code]) => code < "400").flatMap(([code, response]) => this.#response(code, response)),
        this.#table("Errors", responses.filter(([code]) => code >= "400").map(([code, { description }]) => [code, "", description])),
        element("h3", {}, "In the terminal"),
        element("pre", {}, this.#curl(method, path, body)),
      ),
    );
  }

  /** @param {string} code @param {Response} response */
  #response(code, { description, content = {} }) {
    const bodies = Object.entries(content).map(([type, shown]) => this.#body(code, type, shown));
    return bodies.length ? [...bodies, paragraphs(description)] : [element("h3", {}, code), paragraphs(description)];
  }

  /** @param {string} title @param {string} type a media type @param {{schema: Schema}} content */
  #body(title, type, { schema }) {
    const whole = this.#whole(schema);
    const fields = Object.entries(whole.properties ?? {}).map(([name, field]) => this.#field(name, field, title === "Request" && whole.required?.includes(name), field.description));
    const example = this.#example(schema);
    return element(
      "div",
      {},
      this.#table(`${title} (${type})`, fields) ?? element("h3", {}, `${title} (${type})`),
      paragraphs(whole.description),
      example === undefined || type !== "application/json" ? null : element("pre", {}, JSON.stringify(example, null, 2)),
    );
  }

  /** @param {string} title @param {Row[]} rows */
  #table(title, rows) {
    if (!rows.length) return null;
    const drawn = rows.map(([name, kind, said]) => element("tr", {}, element("td", {}, element("code", {}, name)), element("td", { class: "said" }, kind), element("td", {}, said ?? "")));
    return element("div", {}, element("h3", {}, title), element("table", {}, element("tbody", {}, ...drawn)));
  }

  /** @param {string} name @param {Schema} schema @param {boolean | undefined} required @param {string | undefined} said @param {string} [place] path, query or header @returns {Row} */
  #field(name, schema, required, said, place = "") {
    const kind = [place, this.#type(schema), required ? "required" : "", schema.default === undefined || schema.default === null ? "" : `default ${JSON.stringify(schema.default)}`];
    return [name, kind.filter(Boolean).join(", "), said ?? ""];
  }

  /** @param {Schema} schema @returns {string} */
  #type(schema) {
    if (schema.$ref) return this.#whole(schema).enum ? this.#type(this.#whole(schema)) : nameOf(schema.$ref);
    if (schema.anyOf) return schema.anyOf.map((each) => this.#type(each)).join(" or ");
    if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
    if (schema.const) return JSON.stringify(schema.const);
    if (schema.type === "array") return schema.items ? `array of ${this.#type(schema.items)}` : "array";
    return schema.format ?? schema.type ?? "any";
  }

  /** The schema that a reference (or the one that may be `null`) stands for. @param {Schema} [schema] @returns {Schema} */
  #whole(schema = {}) {
    const { $ref } = schema.anyOf?.find((each) => each.$ref) ?? schema;
    return $ref ? this.description.components.schemas[nameOf($ref)] : schema;
  }

  /** What is given for a schema, or put together from what is given for its parts. @param {Schema} schema @returns {unknown} */
  #example(schema) {
    const whole = this.#whole(schema);
    if (whole.examples) return whole.examples[0];
    if (whole.type === "array" && whole.items) return [this.#example(whole.items)].filter((each) => each !== undefined);
    if (!whole.properties) return whole.default ?? whole.const;
    const parts = Object.entries(whole.properties).map(([name, part]) => [name, this.#example(part) ?? null]);
    return Object.fromEntries(parts);
  }

  /** @param {string} method @param {string} path @param {Content} body */
  #curl(method, path, body) {
    const words = ["curl", method === "get" ? "" : `-X ${method.toUpperCase()}`, "-H 'Authorization: Bearer TOKEN'"];
    if (body["multipart/form-data"]) words.push("-F file=@manual.pdf");
    if (body["application/json"]) words.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(this.#example(body["application/json"].schema))}'`);
    return [...words.filter(Boolean), new URL(`.${path}`, document.baseURI).href.replace(/%7B/g, "{").replace(/%7D/g, "}")].join(" ");
  }
}

/** The name of a schema that is referred to. @param {string} reference such as `#/components/schemas/Page` */
function nameOf(reference) {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Paragraphs with `code` in them. @param {string | undefined} text */
function paragraphs(text) {
  const all = (text ?? "").split("\n\n").filter(Boolean);
  return element("div", {}, ...all.map((paragraph) => element("p", {}, ...pieces(paragraph))));
}

/** @param {string} text */
function pieces(text) {
  return text.split(/`+/).map((piece, number) => (number % 2 ? element("code", {}, piece) : piece));
}

const answer = await fetch(new URL("openapi.json", document.baseURI));
byId("reference").replaceChildren(...new Reference(await answer.json()).draw());
if (location.hash) byId(location.hash.slice(1))?.setAttribute("open", "");
