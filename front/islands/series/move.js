// Moving a chart: by dragging, by two fingers, by the wheel once it is in hand, and by keys.

const STEP = 0.2;
const CLOSER = 0.75;

export function moves(series) {
  const { over, root } = series.chart;
  const held = new Map();
  const at = (x) => series.chart.posToVal(x - over.getBoundingClientRect().left, "x");

  over.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    over.setPointerCapture(event.pointerId);
    held.set(event.pointerId, { x: event.clientX, at: at(event.clientX) });
    root.classList.add("held");
  });
  over.addEventListener("pointermove", (event) => {
    const hand = held.get(event.pointerId);
    if (!hand) return;
    hand.x = event.clientX;
    later(series, () => (held.size > 1 ? pinch(series, [...held.values()], over) : drag(series, hand, at)));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    over.addEventListener(name, (event) => {
      held.delete(event.pointerId);
      for (const hand of held.values()) hand.at = at(hand.x);
      if (!held.size) root.classList.remove("held");
    });
  }
  over.addEventListener("dblclick", () => series.look(...series.whole));
  root.addEventListener("wheel", (event) => wheel(series, event, at), { passive: false });
  root.addEventListener("keydown", (event) => key(series, event));
}

/** At most one step a frame. */
function later(series, step) {
  const waits = series.waiting;
  series.waiting = step;
  if (!waits) requestAnimationFrame(() => { const next = series.waiting; series.waiting = undefined; next?.(); });
}

function drag(series, hand, at) {
  const [from, until] = series.span;
  const moved = hand.at - at(hand.x);
  series.look(from + moved, until + moved);
}

/** The moments under two fingers stay under them. */
function pinch(series, [one, two], over) {
  const { left, width } = over.getBoundingClientRect();
  const [a, b] = [(one.x - left) / width, (two.x - left) / width];
  if (Math.abs(a - b) < 0.02) return;
  const span = (one.at - two.at) / (a - b);
  const from = one.at - a * span;
  if (span > 0) series.look(from, from + span);
}

function zoom(series, factor, centre) {
  const [from, until] = series.span;
  const middle = centre ?? (from + until) / 2;
  series.look(middle - (middle - from) * factor, middle + (until - middle) * factor);
}

function pan(series, share) {
  const [from, until] = series.span;
  series.look(from + (until - from) * share, until + (until - from) * share);
}

/** The page scrolls under the wheel as everywhere, unless the chart is in hand or Ctrl is held. */
function wheel(series, event, at) {
  const closer = event.ctrlKey || event.metaKey || document.activeElement === series.chart.root;
  const across = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!across && !closer) return;
  event.preventDefault();
  const by = event.deltaX || event.deltaY;
  const centre = at(event.clientX);
  later(series, () => (across ? pan(series, by / 800) : zoom(series, by > 0 ? 1 / CLOSER : CLOSER, centre)));
}

function key(series, event) {
  const { whole } = series;
  const span = series.span[1] - series.span[0];
  const acts = {
    ArrowLeft: () => (event.shiftKey ? point(series, -1) : pan(series, -STEP)),
    ArrowRight: () => (event.shiftKey ? point(series, 1) : pan(series, STEP)),
    Home: () => series.look(whole[0], whole[0] + span),
    End: () => series.look(whole[1] - span, whole[1]),
    "+": () => zoom(series, CLOSER),
    "=": () => zoom(series, CLOSER),
    "-": () => zoom(series, 1 / CLOSER),
    0: () => series.look(...whole),
    Escape: () => series.chart.setCursor({ left: -10, top: -10 }),
  };
  if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  acts[event.key]();
}

/** The mark goes to the next reading, which is said. */
function point(series, step) {
  const { chart, shown } = series;
  const [from, until] = series.span;
  const [before, after] = shown.within(from, until);
  const [first, last] = [shown.at[before] < from ? before + 1 : before, shown.at[after] > until ? after - 1 : after];
  let place = chart.cursor.left < 0 || chart.cursor.idx === null ? (step > 0 ? first : last) : chart.cursor.idx + step;
  while (place > first && place < last && (shown.low[place] === null || shown.low[place] === undefined)) place += step;
  place = Math.min(Math.max(place, first), last);
  chart.setCursor({ left: chart.valToPos(shown.at[place], "x"), top: 10 });
}
