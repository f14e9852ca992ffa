// What was written and is not yet known to be kept by the server. It survives a reload: texts in localStorage
// (one item a message, so that two tabs do not overwrite each other), files in IndexedDB, which takes more.

const PREFIX = "waiting:";

export class Waiting {
  #files = new Map();

  constructor() {
    this.all = [];
    try {
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
        this.all.push(JSON.parse(localStorage.getItem(key)));
      }
    } catch { /* without storage a message still waits, as long as the page is open */ }
    this.all.sort((a, b) => a.order - b.order);
  }

  add(message, file) {
    message.order = Math.max(Date.now(), (this.all.at(-1)?.order ?? 0) + 1);
    this.all.push(message);
    if (!file) return this.keep(message);
    this.#files.set(message.id, file);
    // The message is written after its file: it must not come back without it.
    files("readwrite", (store) => store.put(file, message.id)).then(() => this.keep(message), () => {});
  }

  keep(message) {
    if (!this.all.includes(message)) return;
    try { localStorage.setItem(PREFIX + message.id, JSON.stringify(message)); } catch { /* as above */ }
  }

  drop(id) {
    this.all = this.all.filter((message) => message.id !== id);
    try { localStorage.removeItem(PREFIX + id); } catch { /* as above */ }
    if (this.#files.delete(id)) files("readwrite", (store) => store.delete(id)).catch(() => {});
  }

  async file(id) {
    if (!this.#files.has(id)) {
      const found = await files("readonly", (store) => store.get(id)).catch(() => null);
      if (found) this.#files.set(id, found);
    }
    return this.#files.get(id);
  }
}

function files(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("waiting", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("files", mode);
      const request = work(transaction.objectStore("files"));
      transaction.oncomplete = () => { opening.result.close(); resolve(request.result); };
      transaction.onerror = transaction.onabort = () => { opening.result.close(); reject(transaction.error); };
    };
  });
}
