// Sliders that answer while they are moved: the form is sent as it stands, and the parts it names are swapped.
import { fill } from "./making.js";

const PAUSE = 180;

export function start(form, wake) {
  const targets = (form.dataset.target ?? "#main").split(" ");
  let timer;
  let under;
  form.querySelectorAll("[data-apply]").forEach((button) => { button.hidden = true; });
  form.addEventListener("input", (event) => {
    const slider = event.target.closest(".slider");
    if (slider) move(slider, event.target);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name || event.submitter?.formAction !== form.action && event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    send();
  });

  async function send() {
    under?.abort();
    under = new AbortController();
    form.setAttribute("aria-busy", "true");
    try {
      const page = await asked(form, under.signal);
      swap(targets, page, form, wake);
      form.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  }
}

async function asked(form, signal) {
  const fields = new URLSearchParams(new FormData(form));
  const get = form.method === "get";
  const address = new URL(form.action);
  if (get) address.search = fields;
  const answer = await fetch(address, { method: form.method, body: get ? undefined : fields, signal, headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const short = page.querySelector("[data-address]")?.dataset.address;
  if (get) history.replaceState(null, "", short ? new URL(short, location.href) : address);
  return page;
}

/** Puts the parts the form names in place of the old; the slider that is held stays. */
function swap(targets, page, form, wake) {
  for (const target of targets) {
    const fresh = page.querySelector(target);
    const old = document.querySelector(target);
    if (!fresh || !old || old.contains(form)) continue;
    old.replaceWith(document.adoptNode(fresh));
    wake(fresh.parentElement);
  }
  for (const output of form.querySelectorAll("output[for]")) {
    const fresh = page.querySelector(`output[for="${CSS.escape(output.htmlFor.value)}"]`);
    if (fresh) output.textContent = fresh.textContent;
    if (fresh) form.querySelector(`#${CSS.escape(output.htmlFor.value)}`)?.setAttribute("aria-valuetext", fresh.textContent);
  }
}

/** The rail and the words follow the thumb before the server has answered. */
function move(slider, input) {
  const [low, high, value, now] = [input.min, input.max, input.value, slider.dataset.now].map(Number);
  const place = `${(100 * (value - low)) / (high - low || 1)}%`;
  slider.querySelector(".changed")?.setAttribute("x2", place);
  slider.classList.toggle("moved", value !== now);
  const { as, same } = slider.dataset;
  const output = slider.querySelector("output");
  if (value === now && same) output.textContent = same;
  else if (as) output.textContent = fill(as, { value: figure(value), change: signed(value - now) });
}

const figure = (value) => value.toLocaleString(document.documentElement.lang);
const signed = (value) => `${value < 0 ? "−" : "+"} ${figure(Math.abs(value))}`;
