// A job as it goes on, by server-sent events; the browser takes up a broken line by itself.
const OVER = ["done", "failed", "stopped"];

export function start(place) {
  const bar = place.querySelector("progress");
  const said = place.querySelector(".said");
  const line = new EventSource(place.dataset.src);
  const heard = (event) => {
    const job = JSON.parse(event.data);
    if (job.share === null || job.share === undefined) bar?.removeAttribute("value");
    else if (bar) bar.value = job.share;
    if (said && said.textContent !== job.words) said.textContent = job.words;
    for (const [name, value] of Object.entries(job.facts ?? {})) {
      const fact = place.querySelector(`[data-fact="${CSS.escape(name)}"]`);
      if (fact) fact.textContent = typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value;
    }
    place.dataset.state = job.state;
    if (OVER.includes(job.state)) over(line, place);
  };
  for (const name of ["message", "waiting", "running", ...OVER]) line.addEventListener(name, heard);
  addEventListener("pagehide", () => line.close());
}

/** It has ended: on to where its page says, or the page anew. */
function over(line, place) {
  line.close();
  if (place.dataset.then) location.assign(place.dataset.then);
  else if (place.dataset.then !== "") location.reload();
}
