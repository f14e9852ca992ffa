// The way to the server: a WebSocket that comes back by itself, and the messages that wait for it.
// One message is under way at a time, and it leaves the list when the server has said that it is kept. After a
// break it is sent again under the same id, and the server drops what it already has: nothing lost or doubled.

import { Waiting } from "./waiting.js";

const PAUSES = [300, 1000, 2000, 4000, 8000, 15000];
const OPENING = 10000; // ms until a connection that does not open is given up
const QUIET = 10000; // ms without a word after which the line is tried …
const DEAD = 8000; // … and ms without an answer after which it is given up

export class Line {
  waiting = new Waiting();
  cursor = { in: 0, out: 0 };
  #on; #socket = null; #ready = false; #sending = null; #failures = 0; #retry; #beat; #deadline;

  // `on` has a function for each thing that happens: entry, ready, lost, acked, refused, progress, typing, notice
  constructor(on) {
    this.#on = on;
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.#now());
  }

  open() {
    clearTimeout(this.#retry);
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`);
    let opened = false;
    this.#socket = socket;
    this.#expect(OPENING);
    socket.onopen = () => { opened = true; this.#send({ hello: this.cursor }); };
    socket.onmessage = (event) => { if (socket === this.#socket) this.#heard(JSON.parse(event.data)); };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#lost();
      if (!opened) this.#askWhy();
    };
  }

  say(message, file) {
    this.waiting.add(message, file);
    this.#flush();
  }

  #now() {
    if (!this.#socket) this.open();
    else if (this.#ready) this.#probe(2500);
  }

  #lost() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    this.#ready = false;
    if (this.#sending !== "upload") this.#sending = null;
    clearTimeout(this.#beat);
    clearTimeout(this.#deadline);
    socket.close();
    const pause = PAUSES[Math.min(this.#failures++, PAUSES.length - 1)];
    this.#retry = setTimeout(() => this.open(), pause * (0.8 + 0.4 * Math.random())); // not all pages at once
    this.#on.lost();
  }

  // A browser does not tell a script why a socket did not open. If the visitor's cookie is not good (any more),
  // a new page brings a new one; once, lest a browser without cookies reload for ever.
  async #askWhy() {
    const answer = await fetch("/ws").catch(() => null);
    if (answer?.status !== 401 || sessionStorage.getItem("reloaded")) return;
    sessionStorage.setItem("reloaded", "yes");
    location.reload();
  }

  #heard(frame) {
    clearTimeout(this.#deadline);
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => this.#probe(DEAD), QUIET);
    if (frame.entry) {
      const { direction, revision, key } = frame.entry;
      this.cursor[direction] = Math.max(this.cursor[direction], revision);
      if (key) this.waiting.drop(key);
      this.#on.entry(frame.entry);
    } else if (frame.ready) {
      this.#ready = true;
      this.#failures = 0;
      sessionStorage.removeItem("reloaded");
      this.#on.ready();
      this.#flush();
    } else if (frame.ack) {
      this.waiting.drop(frame.ack);
      this.#on.acked(frame.ack);
      this.#next(frame.ack);
    } else if (frame.typing) {
      this.#on.typing();
    } else if (frame.error) {
      this.#error(frame);
    }
  }

  #error({ id, error, retry }) {
    if (!id) return this.#on.notice(error);
    if (retry) {
      this.#on.notice(error);
      setTimeout(() => this.#next(id), retry * 1000);
    } else {
      this.waiting.drop(id);
      this.#on.refused(id, error);
      this.#next(id);
    }
  }

  #next(id) {
    if (this.#sending === id) this.#sending = null;
    this.#flush();
  }

  #flush() {
    const message = this.waiting.all[0];
    if (!this.#ready || this.#sending || !message) return;
    if (message.upload) {
      this.#sending = "upload";
      this.#upload(message).finally(() => this.#next("upload"));
    } else {
      this.#sending = message.id;
      const { order, ...frame } = message;
      this.#send(frame);
    }
  }

  async #upload(message) {
    const file = await this.waiting.file(message.id);
    const done = file ? await upload(file, message, (share) => this.#on.progress(message.id, share)) : { error: "" };
    if (done.media) {
      message.media = done.media;
      delete message.upload;
      this.waiting.keep(message);
    } else if (done.retry) {
      if (done.error) this.#on.notice(done.error);
      await new Promise((resolve) => setTimeout(resolve, done.retry * 1000));
    } else {
      this.waiting.drop(message.id);
      this.#on.refused(message.id, done.error);
    }
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #expect(within) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lost(), within);
  }

  #probe(within) {
    this.#send({ ping: true });
    this.#expect(within);
  }
}

// The answer of the server, or `{ retry }` in seconds where there was none. XMLHttpRequest, since fetch() does
// not tell how far an upload is.
function upload(file, { name }, progress) {
  const again = (status) => status >= 500 || status === 401; // the server is starting, or the cookie is being renewed
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/upload?name=${encodeURIComponent(name)}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => resolve((again(request.status) ? null : request.response) ?? { retry: 3 });
    request.onerror = () => resolve({ retry: 3 });
    request.send(file);
  });
}
