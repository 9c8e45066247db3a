// Find or do anything: a list of pages, signals and things to do, asked of the server when it is first opened.
// The form it stands on works without it: it leads to the page that this list is read from.
import { dialogOf, element, fill } from "./making.js";

const MOST_A_KIND = 12;

export function start(form) {
  const palette = new Palette(form);
  const field = form.querySelector("input");
  form.querySelector("kbd").hidden = false;
  field.readOnly = true;
  field.setAttribute("aria-haspopup", "dialog");
  form.addEventListener("submit", (event) => { event.preventDefault(); palette.open(); });
  form.addEventListener("click", () => palette.open());
  field.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) palette.open(event.key.trim());
  });
  for (const link of document.querySelectorAll('[data-opens="palette"]')) {
    link.addEventListener("click", (event) => { event.preventDefault(); palette.open(); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    palette.open();
  });
  document.addEventListener("open-palette", () => palette.open());
}

class Palette {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.things = undefined;
    this.shown = [];
    this.at = -1;
  }

  /** Opens with what was typed so far; asks the server once a page. */
  async open(typed = "") {
    this.dialog ??= this.made();
    this.field.value = typed;
    if (!this.dialog.open) this.dialog.showModal();
    this.show();
    this.things ??= read(this.form.action).catch(() => undefined);
    this.known = await this.things;
    if (!this.known || this.known.waits) this.things = undefined;
    this.show();
  }

  made() {
    this.field = element("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
      "aria-label": this.words.title, placeholder: this.words.hint, autocomplete: "off", spellcheck: "false",
    });
    this.list = element("div", { role: "listbox", id: "palette-list", "aria-label": this.words.title });
    this.said = element("p", { role: "status", class: "visually-hidden" });
    const close = element("button", { type: "button", class: "icon-button", "aria-label": this.words.close }, "✕");
    const head = element("div", { class: "palette-head" }, this.field, close);
    const foot = element("div", { class: "palette-foot", "aria-hidden": "true" },
      ...["move", "open", "close"].map((name) => element("span", {}, this.words[name === "close" ? "closeKey" : name])));
    const dialog = dialogOf("palette", this.words.title, head, this.list, this.said, foot);
    close.addEventListener("click", () => dialog.close());
    this.field.addEventListener("input", () => this.show());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    return dialog;
  }

  /** Draws what fits the words typed, best first, and says how many there are. */
  show() {
    const found = this.known ? ranked(this.known, this.field.value) : [];
    const kinds = [...new Set(found.map((thing) => thing.kind))];
    this.list.replaceChildren(...kinds.map((kind, place) => {
      const some = found.filter((thing) => thing.kind === kind).slice(0, MOST_A_KIND);
      const title = element("div", { class: "kind", id: `palette-kind-${place}` }, kind);
      return element("div", { role: "group", "aria-labelledby": title.id }, title, ...some.map((thing) => option(thing)));
    }));
    this.shown = [...this.list.querySelectorAll("[role=option]")];
    this.shown.forEach((place, number) => { place.id = `palette-${number}`; });
    const none = this.known && !this.shown.length;
    if (none) this.list.append(element("p", { class: "none" }, this.words.none));
    this.said.textContent = !this.known ? "" : none ? this.words.none : fill(this.words.count, { count: this.shown.length });
    this.select(this.shown.length ? 0 : -1);
  }

  select(at) {
    this.at = at;
    this.shown.forEach((place, number) => place.setAttribute("aria-selected", String(number === at)));
    const chosen = this.shown[at];
    if (chosen) {
      this.field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const many = this.shown.length;
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: Math.min(this.at + 8, many - 1), PageUp: Math.max(this.at - 8, 0) };
    if (event.key in moves && many) {
      event.preventDefault();
      this.select((moves[event.key] + many) % many);
    } else if (event.key === "Enter" && this.shown[this.at]) {
      event.preventDefault();
      this.choose(this.shown[this.at], event.ctrlKey || event.metaKey);
    }
  }

  choose(place, apart = false) {
    if (!place) return;
    const { thing } = place;
    if (thing.form) {
      const form = document.importNode(thing.form, true);
      form.hidden = true;
      document.body.append(form);
      form.submit();
    } else if (apart) window.open(thing.to, "_blank", "noopener");
    else location.assign(thing.to);
  }
}

/** What the page of the same name lists: `[data-find]` holds a kind's name, its items a link or a form, and a hint. */
async function read(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = [...page.querySelectorAll("[data-find]")].flatMap((list) =>
    [...list.querySelectorAll("li")].map((item) => thing(item, list.dataset.find, answer.url)).filter(Boolean));
  return Object.assign(found, { waits: Boolean(page.querySelector("[data-waits]")) });
}

function thing(item, kind, base) {
  const link = item.querySelector("a[href]");
  const form = item.querySelector("form");
  const named = link ?? form?.querySelector("button");
  if (!named) return undefined;
  if (form) form.action = new URL(form.getAttribute("action"), base).href;
  const name = named.textContent.trim();
  const hint = item.querySelector(".hint")?.textContent.trim() ?? "";
  return { kind, name, hint, form, to: link && new URL(link.getAttribute("href"), base).href, plain: plain(name), more: plain(`${hint} ${item.dataset.also ?? ""}`) };
}

const plain = (words) => words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

/** Those that hold every word typed; names that begin with it first, then words that do, then the rest. */
function ranked(things, typed) {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (!wanted.length) return things;
  const rank = (one) => {
    let worst = 0;
    for (const word of wanted) {
      const place = one.plain.indexOf(word);
      const how = place === 0 ? 0 : place > 0 && one.plain[place - 1] === " " ? 1 : place > 0 ? 2 : one.more.includes(word) ? 3 : 9;
      worst = Math.max(worst, how);
    }
    return worst;
  };
  return things.map((one, order) => ({ one, order, rank: rank(one) })).filter(({ rank: how }) => how < 9)
    .sort((a, b) => a.rank - b.rank || a.order - b.order).map(({ one }) => one);
}

function option(thing) {
  const made = element("div", { role: "option", "aria-selected": "false" }, element("span", {}, thing.name));
  if (thing.hint) made.append(element("span", { class: "hint" }, thing.hint));
  made.thing = thing;
  return made;
}
