// Files dropped or chosen, sent piece by piece (tus 1.0). What is unfinished is known by the server alone: after a break
// or another day the same file goes on from where it was. Nothing is kept in the browser.
import { csrf, element, fill } from "./making.js";
import { gathered } from "./dropped.js";

const PIECE = 4 << 20;
const LONGEST_WAIT = 30000;
const MOST_NAMED = 500; // a form has so many fields at most; the server knows of the others by itself
const TUS = { "Tus-Resumable": "1.0.0" };

export function start(form) {
  const input = form.querySelector('input[type="file"]');
  const list = form.querySelector("[data-files]") ?? form.appendChild(element("ul", { "data-files": "", class: "items" }));
  const sending = (files) => send(form, list, [...files]);
  const chosen = () => { sending(input.files); input.value = ""; };
  input.addEventListener("change", chosen);
  if (input.files.length) chosen(); // before this was there to hear of it
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("over"); });
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    sending(await gathered(event.dataTransfer));
  });
}

/** Sends them one after the other, until the twin is locked; when all are there the form goes on with their names. */
async function send(form, list, files) {
  const rows = files.map((file) => new Row(file, list, form.dataset));
  const unfinished = await left(form.dataset.endpoint).catch(() => []);
  for (const row of rows) {
    const known = unfinished.find((one) => one.name === row.name && one.size === row.file.size
      && [undefined, "", String(row.file.lastModified)].includes(one.modified));
    row.address = known && new URL(`${form.dataset.endpoint}/${known.id}`, location.href).href;
    if (!(await row.send(form.dataset.endpoint))) return;
  }
  for (const row of rows.slice(0, MOST_NAMED)) form.append(element("input", { type: "hidden", name: "upload", value: row.id }));
  form.dispatchEvent(new CustomEvent("uploaded", { detail: rows.map((row) => row.id), bubbles: true }));
  if (form.dataset.then !== "stay") form.requestSubmit();
}

/** What the server holds of files that were not sent to their end. */
async function left(endpoint) {
  const answer = await fetch(endpoint, { headers: { accept: "application/json" } });
  if (!answer.ok) return [];
  const found = await answer.json();
  return found.uploads ?? found;
}

/** One file on its way, and its line on the page. */
class Row {
  constructor(file, list, words) {
    this.file = file;
    this.name = file.path ?? file.name;
    this.words = words;
    this.going = true;
    this.bar = element("progress", { max: "1", value: "0", "aria-label": this.name });
    this.said = element("span", { role: "status", class: "note quiet" }, words.waiting);
    this.button = element("button", { type: "button", class: "button small" }, words.pause);
    this.button.addEventListener("click", () => this.turn());
    const name = element("b", {}, this.name);
    list.append(element("li", { class: "item" }, element("div", { class: "stack" }, element("p", { class: "apart" }, name, this.said), this.bar), this.button));
  }

  get id() { return new URL(this.address).pathname.split("/").pop(); }

  turn() {
    this.going = !this.going;
    this.button.textContent = this.going ? this.words.pause : this.words.goOn;
    if (this.going) this.wake?.();
    else { this.under?.abort(); this.say(this.words.paused); }
  }

  say(words, share) {
    this.said.textContent = words;
    if (share !== undefined) this.bar.value = share;
  }

  /** Sends it to its end, and says whether it got there. */
  async send(endpoint) {
    let wait = 1000;
    let offset;
    while (offset !== this.file.size || !this.address) {
      if (!this.going) await new Promise((resolve) => { this.wake = resolve; });
      try {
        this.address ??= await this.created(endpoint);
        offset ??= await this.reached();
        offset = await this.piece(offset);
        wait = 1000;
        this.say(fill(this.words.sending, { percent: Math.floor((100 * offset) / (this.file.size || 1)) }), offset / (this.file.size || 1));
      } catch (error) {
        offset = undefined;
        if (!this.going) continue;
        if (error.shut) return this.stop();
        if (error.final) this.address = undefined;
        this.say(fill(this.words.failed, { why: error.message }));
        await new Promise((resolve) => { setTimeout(resolve, wait); });
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
    this.say(this.words.sent, 1);
    this.button.hidden = true;
    return true;
  }

  /** The session is over: trying again would never help, a new one does. */
  stop() {
    this.say(this.words.locked);
    this.button.replaceWith(element("a", { class: "button small", href: this.words.door }, this.words.unlock));
    return false;
  }

  async created(endpoint) {
    const metadata = `filename ${base64(this.name)},lastmodified ${base64(String(this.file.lastModified))}`;
    const answer = await this.ask(endpoint, "POST", { "Upload-Length": this.file.size, "Upload-Metadata": metadata });
    return new URL(`${endpoint}/${answer.headers.get("location").split("/").pop()}`, location.href).href;
  }

  async reached() {
    const answer = await this.ask(this.address, "HEAD", {});
    const offset = Number(answer.headers.get("upload-offset"));
    if (offset) this.say(fill(this.words.resumed, { percent: Math.floor((100 * offset) / this.file.size) }), offset / this.file.size);
    return offset;
  }

  async piece(offset) {
    if (offset >= this.file.size) return offset;
    const headers = { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
    const answer = await this.ask(this.address, "PATCH", headers, this.file.slice(offset, offset + Number(this.words.piece ?? PIECE)));
    return Number(answer.headers.get("upload-offset"));
  }

  async ask(address, method, headers, body) {
    this.under = new AbortController();
    const answer = await fetch(address, { method, body, signal: this.under.signal, headers: { ...TUS, "X-CSRF": csrf(), ...headers } });
    if (answer.ok) return answer;
    const why = new Error(`${answer.status}`);
    why.final = [404, 410].includes(answer.status);
    why.shut = [401, 403, 423].includes(answer.status);
    throw why;
  }
}

const base64 = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));
