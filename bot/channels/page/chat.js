// The conversation on the screen: what was said, in the order of time, and the place to write.

import { Line } from "./line.js";
import { shrink } from "./photo.js";
import { link, rich } from "./rich.js";

const { language, largest, words } = JSON.parse(document.getElementById("settings").textContent);
const $ = (id) => document.getElementById(id);
const [log, view, field, state] = [$("log"), $("view"), $("text"), $("state")];
const LONGEST = 20000; // characters the server takes
const VIETNAM = 7 * 3600e3; // ms; one time zone, no summer time
const DAY = 24 * 3600e3;
const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language,
  { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language,
  { timeZone: "Asia/Ho_Chi_Minh", weekday: "long", day: "numeric", month: "long", year: "numeric" });

const shown = new Map(); // "in:7" or the id of an own message → its element
let following = true; // whether the view moves on to what is new
let top = null; // the bubble that stays in sight while the view does
let typingEnds, noticeEnds, lostShows;

const line = new Line({
  entry(entry) {
    if (["joined", "left"].includes(entry.kind)) return;
    const name = `${entry.direction}:${entry.number}`;
    if (shown.has(name)) return revise(shown.get(name), entry);
    const known = entry.key && shown.get(entry.key);
    const node = known || draw(entry);
    // A question stays above its answer, however long that is; what comes later stands for itself.
    if (known) settle(known, entry);
    else if (lively() && (entry.direction === "in" || (rest() < 60 && entry.at - (top?.at ?? 0) > 60e3))) top = node;
    shown.set(name, node);
    if (entry.key) shown.set(entry.key, node);
    node.at = entry.at;
    node.number = entry.number;
    node.revision = entry.revision;
    separate(entry.at);
    place(node);
    if (entry.direction === "out") typing(false);
    if (lively()) arrange();
  },
  ready() {
    lostShows = clearTimeout(lostShows);
    document.body.classList.remove("lost");
    state.textContent = "";
    document.body.classList.add("lively"); // from here on what comes is new: it moves, and is read aloud
    log.setAttribute("aria-busy", "false");
    arrange();
  },
  lost() {
    typing(false);
    lostShows ??= setTimeout(() => { // a blink of the line is not worth a word
      document.body.classList.add("lost");
      state.textContent = words.lost;
    }, 1500);
  },
  acked(id) { shown.get(id)?.classList.replace("waiting", "sent"); },
  refused(id, error) {
    const node = shown.get(id);
    node?.classList.remove("waiting");
    node?.classList.add("refused");
    node?.querySelector("progress")?.remove();
    node?.append(make("p", "why", error ? `${words.not_sent}: ${error}` : words.not_sent));
    arrange();
  },
  progress(id, share) {
    const bar = shown.get(id)?.querySelector("progress");
    if (bar) bar.value = share;
  },
  typing() { typing(true); },
  notice,
});

function notice(text) {
  clearTimeout(noticeEnds);
  state.textContent = text;
  noticeEnds = setTimeout(() => { if (state.textContent === text) state.textContent = ""; }, 5000);
}

function make(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

// One bubble. `entry` is the server's, or an own message that still waits (it has no number).
function draw(entry) {
  const own = entry.direction === "in";
  const node = make("div", `line ${entry.direction} ${own && !entry.number ? "waiting" : "sent"}`);
  node.append(make("span", "hidden", `${own ? words.you : words.assistant}: `));
  if (entry.change === "recalled") {
    node.classList.add("recalled");
    entry = { ...entry, text: words.recalled, media: [], buttons: [] };
  }
  for (const media of entry.media ?? []) node.append(attachment(media));
  if (entry.text) {
    const text = node.appendChild(make("div", "text"));
    text.dir = "auto";
    text.append(own ? entry.text : rich(entry.text));
  }
  const meta = node.appendChild(make("div", "meta"));
  meta.append(make("time", "", clock.format(entry.at)));
  if (entry.change === "edited") meta.append(make("span", "edited", words.edited));
  if (own) {
    meta.append(make("span", "step-sending", words.sending), make("span", "step-waiting", words.waiting));
    const tick = meta.appendChild(make("span", "step-sent", "✓"));
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", words.sent);
    tick.title = words.sent;
  }
  if (entry.buttons?.length) node.append(keyboard(entry.buttons));
  return node;
}

// What was changed or taken back stands where it stood. Its bubble is not read aloud again, only that it changed: once
// a minute at most, since what is counted up changes all the time.
function revise(node, entry) {
  if (entry.revision <= node.revision) return;
  const fresh = draw(entry);
  const focused = node.contains(document.activeElement);
  node.setAttribute("aria-live", "off");
  node.className = fresh.className;
  node.replaceChildren(...fresh.childNodes);
  node.revision = entry.revision;
  if (focused) (node.querySelector("button, a") ?? view).focus({ preventScroll: true });
  if (!lively()) return;
  arrange();
  if (entry.change === "edited" && Date.now() - (node.told ?? 0) < 60e3) return;
  node.told = Date.now();
  $("changed").textContent = words[`was_${entry.change}`].replace("{time}", clock.format(entry.at));
}

function attachment({ url, name, picture, share }) {
  const node = make("div", picture ? "picture" : "file");
  const anchor = node.appendChild(link(url, ""));
  if (picture) {
    const image = anchor.appendChild(make("img", ""));
    image.alt = name;
    image.src = url;
  } else anchor.textContent = name;
  if (share !== undefined) {
    const bar = node.appendChild(make("progress", ""));
    bar.value = share;
    bar.setAttribute("aria-label", words.sending);
  }
  return node;
}

// An own message that the server now has: its time and its link are the server's.
function settle(node, entry) {
  node.classList.replace("waiting", "sent");
  node.querySelector("progress")?.remove();
  node.querySelector("time").textContent = clock.format(entry.at);
  const anchor = node.querySelector(".picture a, .file a");
  if (anchor && entry.media[0]) anchor.href = entry.media[0].url;
}

function keyboard(buttons) {
  const node = make("div", "buttons");
  for (const { label, data, url } of buttons) {
    let last = 0;
    const button = url ? link(url, label) : make("button", "", label);
    button.classList.toggle("wide", label.length > 24);
    if (data) {
      button.type = "button";
      button.onclick = () => {
        if (Date.now() - last < 800) return; // a double tap is one
        last = Date.now();
        button.classList.add("chosen");
        say({ data, label }, { text: label });
      };
    }
    node.append(button);
  }
  return node;
}

// By time, and what waits comes last. A node that stands right is not touched: moving it would announce it again.
function place(node) {
  const after = (other) => other.at > node.at || (other.at === node.at && other.number > node.number);
  let next = null;
  for (let other = log.lastElementChild; other; other = other.previousElementSibling) {
    if (other === node) continue;
    if (!after(other)) break;
    next = other;
  }
  if (!node.isConnected || (next ? next.previousElementSibling : log.lastElementChild) !== node) log.insertBefore(node, next);
}

function separate(at) {
  const start = Math.floor((at + VIETNAM) / DAY) * DAY - VIETNAM;
  const name = `day:${start}`;
  if (shown.has(name)) return;
  const node = Object.assign(make("h2", "day"), { at: start, number: -1 });
  shown.set(name, node);
  place(node);
  const today = Math.floor((Date.now() + VIETNAM) / DAY) * DAY - VIETNAM;
  for (const day of log.querySelectorAll(".day")) {
    day.textContent = { 0: words.today, [DAY]: words.yesterday }[today - day.at] ?? calendar.format(day.at);
  }
}

// Only the buttons after the last own message are the present question; older ones still work but step back.
function freshen() {
  const answered = Array.from(log.querySelectorAll(".line.in")).at(-1);
  for (const buttons of log.querySelectorAll(".buttons:not(.old)")) {
    if (answered?.compareDocumentPosition(buttons) & Node.DOCUMENT_POSITION_PRECEDING) buttons.classList.add("old");
  }
}

const lively = () => document.body.classList.contains("lively");
const rest = () => view.scrollHeight - view.clientHeight - view.scrollTop; // px below the view
const goal = () => Math.min(view.scrollHeight - view.clientHeight, top ? top.offsetTop - 12 : Infinity);

function arrange() {
  freshen();
  follow();
}
function follow() {
  if (following) view.scrollTop = Math.max(view.scrollTop, goal());
  $("latest").classList.toggle("quiet", rest() < 60);
}
view.addEventListener("scroll", () => {
  following = view.scrollTop >= goal() - 60;
  $("latest").classList.toggle("quiet", rest() < 60);
}, { passive: true });
$("latest").onclick = () => { view.scrollTop = view.scrollHeight; field.focus(); };
new ResizeObserver(follow).observe(view); // the keyboard of a phone takes half of it …
window.visualViewport?.addEventListener("resize", () => { // … which an iPhone says only here
  if (visualViewport.scale === 1) document.body.style.height = `${visualViewport.height}px`;
});

function typing(on) {
  clearTimeout(typingEnds);
  $("typing").classList.toggle("quiet", !on);
  if (on) typingEnds = setTimeout(() => typing(false), 8000);
  follow();
}

// ---- writing

function newId() {
  // crypto.randomUUID() is missing on a plain http address, which a first trial in an office has.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pending(message, look) {
  const node = draw({ direction: "in", at: message.at, ...look });
  shown.set(message.id, node);
  Object.assign(node, { at: Infinity, number: message.order });
  place(node);
  return node;
}

function say(message, look, file) {
  message = { id: newId(), at: Date.now(), ...message };
  line.say(message, file);
  top = pending(message, look);
  following = true;
  arrange();
}

function send() {
  const text = field.value.trim().slice(0, LONGEST);
  if (text) say({ text }, { text });
  field.value = "";
  grow();
  field.focus();
}

async function attach(files) {
  for (const chosen of files) {
    const file = await shrink(chosen);
    if (file.size > largest) notice(words.too_large);
    else say({ upload: true, name: chosen.name }, look(chosen.name, file), file);
  }
}

const look = (name, file) =>
  ({ media: [{ url: URL.createObjectURL(file), name, picture: file.type.startsWith("image/"), share: 0 }] });

function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  try { localStorage.setItem("draft", field.value); } catch { /* then it is not kept */ }
}

$("composer").onsubmit = (event) => { event.preventDefault(); send(); };
$("attach").onclick = () => $("files").click();
$("files").onchange = (event) => { attach([...event.target.files]); event.target.value = ""; };
field.oninput = grow;
field.onpaste = (event) => {
  const files = [...event.clipboardData.files];
  if (files.length) { event.preventDefault(); attach(files); }
};
field.onkeydown = (event) => {
  // On a phone Enter is a new line; while an input method composes a word, Enter belongs to it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  send();
};

try { field.value = localStorage.getItem("draft") ?? ""; } catch { /* none */ }
grow();
for (const message of line.waiting.all) {
  if (message.upload || message.media) {
    const file = await line.waiting.file(message.id);
    pending(message, file ? look(message.name, file) : { text: message.name });
  } else pending(message, { text: message.text ?? message.label });
}
// A link from outside (a ticket's code) says its command once: the address forgets it at the same time.
const address = new URL(location);
const start = address.searchParams.get("start") ?? "";
if (/^[\w-]{1,64}$/.test(start)) {
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
  say({ text: `/start ${start}` }, { text: `/start ${start}` });
}
line.open();
