// Brings to life whatever islands a page holds. Every page reads and works without this file.
const ISLANDS = {
  keys: () => import("./islands/keys.js"),
  palette: () => import("./islands/palette.js"),
  progress: () => import("./islands/progress.js"),
  refresh: () => import("./islands/refresh.js"),
  series: () => import("./islands/series.js"),
  sliders: () => import("./islands/sliders.js"),
  theme: () => import("./islands/theme.js"),
  upload: () => import("./islands/upload.js"),
};

/** Wakes the islands inside this element, each once; also called for what htmx or an island swaps in. */
function wake(root = document) {
  for (const place of root.querySelectorAll("[data-island]:not([data-awake])")) {
    place.dataset.awake = "";
    for (const name of place.dataset.island.split(" ")) ISLANDS[name]?.().then((island) => island.start(place, wake));
  }
}

/** htmx comes only where a page asks for it. */
async function hypertext() {
  if (!document.querySelector("[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete]")) return;
  await import("htmx.org");
  document.addEventListener("htmx:after:swap", () => wake());
}

wake();
hypertext();
const worker = document.documentElement.dataset.offline;
if (worker && navigator.serviceWorker) navigator.serviceWorker.register(worker).catch(() => {});
