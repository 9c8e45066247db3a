// A chart that can be moved through time. The server's picture stands until the canvas is ready; then the same grammar
// is drawn from columns that are asked again, finer, for what is looked at.
import uPlot from "uplot";
import { Columns } from "./series/columns.js";
import { draw, roomAbove } from "./series/draw.js";
import { Ink } from "./series/ink.js";
import { moves } from "./series/move.js";
import { reading, ticks, wide, Words } from "./series/words.js";

const QUIET = 160;
const GUTTER = 62;

export async function start(place) {
  const plot = place.querySelector(".plot");
  const picture = plot.firstElementChild;
  performance.mark("series-asked");
  const first = await columns(place.dataset.src, plot.clientWidth);
  performance.mark("series-answered");
  if (!first?.at?.length) return;
  const chart = new Series(place, plot, first, picture?.getBoundingClientRect().height || 260);
  picture?.setAttribute("hidden", "");
  place.classList.add("ready");
  requestAnimationFrame(() => setTimeout(() => performance.mark("series-painted")));
  place.dispatchEvent(new CustomEvent("series-ready", { bubbles: true, detail: chart }));
}

async function columns(address, width, from, until) {
  const to = new URL(address, location.href);
  to.searchParams.set("points", String(Math.max(200, Math.round(width))));
  if (from !== undefined) { to.searchParams.set("from", String(Math.round(from))); to.searchParams.set("until", String(Math.round(until))); }
  const answer = await fetch(to, { headers: { accept: "application/json" } });
  return answer.ok ? answer.json() : undefined;
}

class Series {
  constructor(place, plot, first, height) {
    this.place = place;
    this.plot = plot;
    this.overview = new Columns(first);
    this.shown = this.overview;
    this.words = new Words(place.dataset, first);
    this.whole = first.whole ?? [first.at[0], this.overview.end];
    this.ink = new Ink(place);
    this.made(height);
    moves(this);
    this.watch();
  }

  made(height) {
    const { overview, plot } = this;
    this.chart = new uPlot({
      width: plot.clientWidth, height, ms: 1, padding: [roomAbove(overview), overview.next ? 58 : 12, 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at), overview.zone),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: true, min: this.whole[0], max: this.whole[1] }, y: { auto: false, range: (_, low, high) => [low, high] } },
      axes: [
        { ...this.axis(), size: 26, space: 84, values: (_, splits, __, ___, step) => splits.map((at) => ticks(this.words, at, step)) },
        { ...this.axis(), size: () => Math.max(34, this.gutter ?? 34), space: 38, gap: 8, grid: { stroke: () => this.ink.rule, width: 1 },
          values: (_, splits) => this.measured(splits.map((value) => this.words.value(value))) },
      ],
      series: [{}, { stroke: () => this.ink.ink, width: 1.7, points: { show: (u, _, from, to) => to - from < 46, size: 4, fill: () => this.ink.ink, width: 0 } }],
      hooks: { drawAxes: [(u) => draw(u, this.shown, this.ink, "below")], draw: [(u) => draw(u, this.shown, this.ink, "above", this.place.dataset)], setCursor: [() => this.read()] },
    }, overview.lines, plot);
    this.dressed();
    this.look(...this.first());
  }

  /** What the server's picture shows, if it says so; else the whole. */
  first() {
    const { from, until } = this.place.dataset;
    return from && until ? [Number(from), Number(until)] : this.whole;
  }

  axis() {
    return { stroke: () => this.ink.ink3, font: '13px "Source Sans 3 Variable", system-ui, sans-serif', ticks: { show: false }, grid: { show: false }, labelSize: 0 };
  }

  measured(words) {
    this.gutter = Math.min(GUTTER, 14 + Math.max(...words.map((one) => wide(one))));
    return words;
  }

  dressed() {
    const over = this.chart.root;
    over.classList.add("moving");
    over.tabIndex = 0;
    over.setAttribute("role", "application");
    over.setAttribute("aria-label", `${this.place.dataset.sentence} ${this.place.dataset.moving ?? ""}`.trim());
    this.said = document.createElement("p");
    this.said.className = "reading";
    this.said.setAttribute("role", "status");
    this.plot.after(this.said);
    this.tell();
  }

  /** Shows this stretch of time, never beyond the whole, and asks for finer columns when it stays. */
  look(from, until) {
    const [first, last] = this.whole;
    const span = Math.min(Math.max(until - from, this.shown.least), last - first);
    const begin = Math.min(Math.max(from, first), last - span);
    this.chart.batch(() => {
      this.chart.setScale("x", { min: begin, max: begin + span });
      const [low, high] = this.shown.reach(begin, begin + span);
      this.chart.setScale("y", { min: low, max: high });
    });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.finer(begin, begin + span), QUIET);
  }

  get span() {
    const { min, max } = this.chart.scales.x;
    return [min, max];
  }

  /** Columns for what is looked at and as much on each side; at once from what is there where that is fine enough. */
  async finer(from, until) {
    if (this.shown.serves(from, until) || this.seen === `${from} ${until}`) return;
    const next = this.overview.serves(from, until) ? this.overview : await this.asked(from, until).catch(() => undefined);
    const [min, max] = this.span;
    if (!next || min !== from || max !== until) return;
    this.seen = `${from} ${until}`;
    this.shown = next;
    this.chart.setData(next.lines, false);
    this.look(from, until);
    this.tell();
  }

  async asked(from, until) {
    const span = until - from;
    const found = await columns(this.place.dataset.src, this.plot.clientWidth * 3, from - span, until + span);
    return found?.at?.length ? new Columns(found, this.overview, [from - span, until + span]) : undefined;
  }

  read() {
    const { left, idx } = this.chart.cursor;
    if (left < 0 || idx === null || idx === undefined) this.tell();
    else this.said.textContent = reading(this.words, this.shown, idx);
  }

  /** What each column holds, when it is not one reading. */
  tell() {
    this.said.textContent = this.shown.exact || !this.shown.column ? "" : this.words.extremes(this.shown.column);
  }

  watch() {
    new ResizeObserver(() => {
      const width = this.plot.clientWidth;
      if (width && width !== this.chart.width) this.chart.setSize({ width, height: this.chart.height });
    }).observe(this.plot);
    const again = () => { this.ink.read(); this.chart.redraw(false, true); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    document.fonts.ready.then(again);
  }
}
