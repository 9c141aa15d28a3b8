/** Puts the parts of the page together. */

import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { Connection } from "./connection.js";
import { Documents } from "./documents.js";
import { byId } from "./dom.js";
import { fromDrop, fromFolder, fromPicker } from "./dropped.js";
import { Http } from "./http.js";
import { NameTaken } from "./name_taken.js";
import { pageNumber } from "./page_names.js";
import { Report } from "./report.js";
import { Sessions } from "./sessions.js";
import { Token } from "./token.js";
import { Uploads } from "./uploads.js";
import { Versions } from "./versions.js";
import { Viewer } from "./viewer.js";
import { Writer } from "./writer.js";

const connection = new Connection();
const api = new Api(new Http(new Token(), connection));
const viewer = new Viewer(api, showViews, () => documents.refresh());
const report = new Report(api, openPage);
const versions = new Versions(api, openPage, (done, gone) => {
  if (gone) documents.forget(gone);
  documents.say([done]);
  documents.refresh();
});
const documents = new Documents(api, openDocument, (document) => report.open(document), (document) => versions.open(document));
const uploads = new Uploads(api, new NameTaken(), { arrived: () => documents.refresh(), say: (lines) => documents.say(lines) });
const sessions = new Sessions(api);
const chat = new Chat(api, documents, openCitation);
const writer = new Writer(api, (lines) => documents.say(lines));

/** @param {import("./types.js").KbDocument} document @param {HTMLElement} opener */
function openDocument({ id, name, version }, opener) {
  viewer.open({ id, name, version, page: 1, citation: null }, opener);
}

/** @param {{id: string, name: string, version: number}} subject @param {number} page */
function openPage(subject, page) {
  viewer.open({ ...subject, page, citation: null }, byId("question"));
}

/** @param {import("./types.js").Citation} citation @param {HTMLElement} opener */
function openCitation(citation, opener) {
  const { document_id: id, document_name: name, version, places } = citation;
  viewer.open({ id, name, version, page: places[0].page, citation }, opener);
}

/** The document and the page in the address, as in `#doc/doc_3vq8m1kz5w9x2c7b/page/iv`. */
const placeOfAddress = () => location.hash.match(/^#doc\/(\w+)(?:\/page\/([^/]+))?$/)?.slice(1) ?? null;

/** Shows the page that the address names by its number or as the PDF calls it. @returns {Promise<void>} */
async function openAddress() {
  const [id, page] = placeOfAddress() ?? [];
  if (!id) return;
  try {
    const { name, version } = await api.document(id);
    const { labels } = await api.outline(id, version);
    openPage({ id, name, version }, pageNumber(decodeURIComponent(page ?? "1"), labels) ?? 1);
  } catch (error) {
    documents.say([/** @type {Error} */ (error).message]);
  }
}

// -- files in -------------------------------------------------------------------------------------------------

function takeFiles() {
  for (const id of ["pick-files", "welcome-pick"]) byId(id).addEventListener("click", () => byId("files").click());
  byId("pick-folder").addEventListener("click", () => byId("folder").click());
  byId("files").addEventListener("change", () => take(byId("files"), fromPicker));
  byId("folder").addEventListener("change", () => take(byId("folder"), fromFolder));
}

/** @param {HTMLInputElement} input @param {(files: FileList) => import("./dropped.js").Named[]} read */
function take(input, read) {
  if (input.files) uploads.add(read(input.files));
  input.value = "";
}

function takeDrops() {
  const shade = byId("drop");
  const hasFiles = (/** @type {DragEvent} */ event) => Boolean(event.dataTransfer?.types.includes("Files"));
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    shade.hidden = false;
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && (shade.hidden = true));
  addEventListener("drop", async (event) => {
    shade.hidden = true;
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    showView("library");
    uploads.add(await fromDrop(event.dataTransfer));
  });
}

// -- views ----------------------------------------------------------------------------------------------------

/** On a small screen one view is shown at a time. @param {string} name */
function showView(name) {
  document.body.dataset.view = name;
  for (const tab of document.querySelectorAll(".views button")) {
    tab.setAttribute("aria-pressed", String(tab.getAttribute("data-view") === name));
  }
}

function showViews() {
  document.body.classList.toggle("viewing", viewer.isOpen);
}

function takeViews() {
  for (const tab of document.querySelectorAll(".views button")) {
    tab.addEventListener("click", () => showView(tab.getAttribute("data-view") ?? "ask"));
  }
  showView("ask");
}

// -- conversations --------------------------------------------------------------------------------------------

const sessionOfAddress = () => location.hash.match(/^#chat\/(.+)$/)?.[1] ?? null;

function takeSessions() {
  byId("new-session").addEventListener("click", () => {
    showView("ask");
    chat.startNew();
  });
  sessions.addEventListener("open", (event) => {
    showView("ask");
    chat.open(/** @type {CustomEvent} */ (event).detail);
  });
  sessions.addEventListener("gone", (event) => {
    if (/** @type {CustomEvent} */ (event).detail === chat.sessionId) chat.startNew();
  });
  chat.addEventListener("answered", () => sessions.refresh());
  chat.addEventListener("session", () => {
    sessions.setCurrent(chat.sessionId);
    history.replaceState(null, "", chat.sessionId ? `#chat/${chat.sessionId}` : location.pathname + location.search);
  });
  addEventListener("hashchange", () => {
    const id = sessionOfAddress();
    if (id && id !== chat.sessionId) chat.openById(id);
    openAddress();
  });
}

// -- begin ----------------------------------------------------------------------------------------------------

async function begin() {
  takeFiles();
  takeDrops();
  takeViews();
  takeSessions();
  documents.addEventListener("change", () => chat.documentsChanged());
  connection.addEventListener("back", () => {
    documents.refresh();
    sessions.refresh();
    chat.recover();
  });
  await Promise.all([documents.refresh(), sessions.refresh(), writer.refresh()]);
  const id = sessionOfAddress();
  if (id) await chat.openById(id);
  await openAddress();
}

begin();
