// Single keys: "/" finds, "g" and a letter goes to a page, "?" shows them all. They can be switched off there.
import { dialogOf, element, fill } from "./making.js";

const PATIENCE = 1200;

export function start(place) {
  const pages = lettered([...document.querySelectorAll(".contents nav .entry")]);
  let sheet;
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (typing(event)) return;
    if (event.key === "?") {
      sheet ??= made(place.dataset, pages);
      sheet.showModal();
    } else if (off()) return;
    else if (event.key === "/") document.dispatchEvent(new Event("open-palette"));
    else if (event.key === "g") { going = event.timeStamp; return; }
    else if (event.timeStamp - going < PATIENCE && pages.has(event.key)) location.assign(pages.get(event.key).href);
    else { going = 0; return; }
    going = 0;
    event.preventDefault();
  });
}

/** Whether the key belongs to something being written or to another layer. */
function typing(event) {
  const there = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")
    || there.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(there.tagName) && there.type !== "radio" && there.type !== "checkbox";
}

/** Each page with the first letter of its name that is still free. */
function lettered(links) {
  const found = new Map();
  for (const link of links) {
    const name = link.querySelector(".name").textContent.toLowerCase();
    const letter = [...name].find((one) => /[a-z]/.test(one) && !found.has(one));
    if (letter) found.set(letter, link);
  }
  return found;
}

function made(words, pages) {
  const rows = [["/", words.find], ["Ctrl K", words.find], ["?", words.help], ["← →", words.pan], ["+ −", words.zoom], ["0", words.whole]];
  for (const [letter, link] of pages) rows.push([`g ${letter}`, fill(words.go, { page: link.querySelector(".name").textContent })]);
  const list = element("dl", {}, ...rows.flatMap(([keys, what]) => [
    element("dt", {}, ...keys.split(" ").flatMap((key) => [element("kbd", {}, key), " "])), element("dd", {}, what),
  ]));
  const tick = element("input", { type: "checkbox" });
  tick.checked = !off();
  tick.addEventListener("change", () => remember(tick.checked));
  const close = element("button", { type: "button", class: "button small", autofocus: "" }, words.close);
  const dialog = dialogOf("keys-sheet", words.title, element("h2", {}, words.title), list,
    element("label", { class: "tick" }, tick, element("span", {}, words.single)), close);
  close.addEventListener("click", () => dialog.close());
  return dialog;
}

const off = () => document.cookie.split("; ").includes("keys=off");

function remember(on) {
  const path = new URL(".", new URL(document.documentElement.dataset.offline, location.href)).pathname;
  document.cookie = `keys=${on ? "on" : "off"}; path=${path}; max-age=31536000; samesite=strict`;
}
