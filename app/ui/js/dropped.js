/** The PDFs among what a person dropped or picked, with the names they are kept under. */

/** @typedef {{file: File, name: string}} Named a file below a folder keeps its path, so that two never mix */

const isPdf = (/** @type {string} */ name) => name.toLowerCase().endsWith(".pdf");

/**
 * Files as they are, and the PDFs in folders. Must be called while the drop event is handled: the browser
 * forgets the items after.
 * @param {DataTransfer} transfer @returns {Promise<Named[]>}
 */
export async function fromDrop(transfer) {
  const items = Array.from(transfer.items).filter((item) => item.kind === "file");
  // What another page or program hands over is a file without an entry.
  const dropped = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(dropped.map(({ entry, file }) => (entry ? below(entry, "") : file ? [{ file, name: file.name }] : [])));
  return found.flat();
}

/** What a folder picker gave: its PDFs. @param {FileList} files @returns {Named[]} */
export function fromFolder(files) {
  return Array.from(files)
    .filter((file) => isPdf(file.name))
    .map((file) => ({ file, name: file.webkitRelativePath.split("/").slice(1).join("/") || file.name }));
}

/** What a file picker gave. @param {FileList} files @returns {Named[]} */
export function fromPicker(files) {
  return Array.from(files, (file) => ({ file, name: file.name }));
}

/** @param {any} entry a FileSystemEntry @param {string} path of its folder @returns {Promise<Named[]>} */
async function below(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, name: path + file.name }];
  }
  const children = await childrenOf(entry);
  const wanted = children.filter((child) => child.isDirectory || isPdf(child.name));
  const found = await Promise.all(wanted.map((child) => below(child, child.isDirectory ? `${path}${child.name}/` : path)));
  return found.flat();
}

/** A folder's entries, which come in batches until an empty one. @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!batch.length) return all;
    all.push(...batch);
  }
}
