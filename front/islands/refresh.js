// A page, or a part of one, that is still being prepared: looks again, ever more slowly, until it is there.
const SLOWEST = 5000;

export function start(place, wake) {
  let wait = Number(place.dataset.every ?? 1000);
  const look = async () => {
    if (!place.isConnected) return;
    if (!document.hidden) {
      const page = await asked(place.dataset.src ?? location.href).catch(() => undefined);
      if (page && settle(place, page, wake)) return;
    }
    wait = Math.min(wait * 1.25, SLOWEST);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

async function asked(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Puts what is there in its place; false while it is not. */
function settle(place, page, wake) {
  const fresh = place.id ? page.getElementById(place.id) : page.querySelector(`[data-island~="refresh"]:not([id])`);
  if (!place.id && !fresh) {
    location.reload();
    return true;
  }
  if (!fresh && "leaves" in place.dataset) return left(place, page, wake);
  if (!fresh) return false;
  const waits = fresh.matches('[data-island~="refresh"]');
  const percent = fresh.querySelector(".percent")?.textContent;
  if (waits) {
    if (percent) place.querySelector(".percent").textContent = percent;
    return false;
  }
  place.replaceWith(document.adoptNode(fresh));
  wake(fresh.parentElement);
  others(place, page, wake);
  return true;
}

/** What only says that something waits goes once nothing does: a login or a page that prepares is not that page. */
function left(place, page, wake) {
  if (page.body.className !== document.body.className || page.querySelector(".preparing[data-island]")) return false;
  place.remove();
  others(place, page, wake);
  return true;
}

const others = (place, page, wake) => {
  for (const target of (place.dataset.also ?? "").split(" ").filter(Boolean)) exchange(target, page, wake);
};

/** Other parts that came with it. */
function exchange(target, page, wake) {
  const fresh = page.querySelector(target);
  if (!fresh) return;
  document.querySelector(target)?.replaceWith(document.adoptNode(fresh));
  wake(fresh.parentElement);
}
