// A chart that can be moved through time. The server's picture stands until the canvas is ready; then the same grammar
// is drawn from columns that are asked again, finer, for what is looked at.
import uPlot from "uplot";
import { Columns } from "./series/columns.js";
import { draw, roomAbove } from "./series/draw.js";
import { Ink } from "./series/ink.js";
import { moves } from "./series/move.js";
import { told } from "./series/told.js";
import { reading, ticks, wide, Words } from "./series/words.js";

const QUIET = 160;
const FONT = '13px "Source Sans 3 Variable", system-ui, sans-serif';

export async function start(place) {
  const plot = place.querySelector(".plot");
  const picture = plot.firstElementChild;
  const grammar = JSON.parse(place.dataset.grammar ?? "{}");
  performance.mark("series-asked");
  const answer = await asked(place.dataset.src, plot.clientWidth);
  performance.mark("series-answered");
  if (!answer?.columns?.at?.length || answer.columns.text) return;
  const chart = new Series(place, plot, new Columns(told(answer, grammar)), grammar, picture?.getBoundingClientRect().height || 260);
  picture?.setAttribute("hidden", "");
  place.classList.add("ready");
  requestAnimationFrame(() => setTimeout(() => performance.mark("series-painted")));
  place.dispatchEvent(new CustomEvent("series-ready", { bubbles: true, detail: chart }));
}

/** Columns for so many pixels of this stretch, of all there is where none is named. */
async function asked(address, width, from, until) {
  const to = new URL(address, location.href);
  to.searchParams.set("points", String(Math.min(10000, Math.max(200, Math.round(width)))));
  const written = (at) => new Date(at).toISOString().slice(0, 19);
  if (from !== undefined) { to.searchParams.set("from", written(from)); to.searchParams.set("to", written(until)); }
  const answer = await fetch(to, { headers: { accept: "application/json" } });
  return answer.ok ? answer.json() : undefined;
}

class Series {
  constructor(place, plot, columns, grammar, height) {
    Object.assign(this, { place, plot, grammar, overview: columns, shown: columns, whole: columns.whole });
    this.words = new Words(place.dataset, columns);
    this.ink = new Ink(place);
    this.made(height);
    moves(this);
    this.watch();
  }

  made(height) {
    const { overview, plot, ink } = this;
    this.chart = new uPlot({
      width: plot.clientWidth, height, ms: 1, padding: [roomAbove(overview), overview.next ? 60 : 12, 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at), "Etc/UTC"),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { min: this.whole[0], max: this.whole[1] }, y: { auto: false, range: (_, low, high) => [low, high] } },
      axes: [
        { ...this.axis(), size: 26, space: 84, values: (_, splits, __, ___, step) => splits.map((at) => ticks(this.words, at, step)) },
        { ...this.axis(), size: () => this.gutter ?? 34, space: 38, gap: 8, grid: { stroke: () => ink.rule, width: 1 },
          values: (_, splits) => this.measured(splits.map((value) => this.words.value(value))) },
      ],
      series: [{}, { stroke: () => ink.ink, width: 1.7, points: { show: (u, _, from, to) => to - from < 46, size: 4, fill: () => ink.ink, width: 0 } }],
      hooks: {
        drawAxes: [(u) => draw(u, this.shown, ink, "below", this.place.dataset)],
        draw: [(u) => draw(u, this.shown, ink, "above", this.place.dataset)],
        setCursor: [() => this.read()],
      },
    }, overview.lines, plot);
    this.dressed();
    const { from, until } = this.grammar;
    this.look(...(from && until ? [from * 1000, until * 1000] : this.whole));
  }

  axis() {
    return { stroke: () => this.ink.ink3, font: FONT, ticks: { show: false }, grid: { show: false } };
  }

  measured(words) {
    this.gutter = Math.max(28, 14 + Math.ceil(Math.max(...words.map((one) => wide(one, FONT)))));
    return words;
  }

  dressed() {
    const { root } = this.chart;
    root.classList.add("moving");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", `${this.place.dataset.sentence} ${this.place.dataset.moving ?? ""}`.trim());
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

  /** Columns for what is looked at and as much on each side, unless what is there is fine enough. */
  async finer(from, until) {
    if (this.shown.serves(from, until) || this.seen === `${from} ${until}`) return;
    const next = this.overview.serves(from, until) ? this.overview : await this.closer(from, until).catch(() => undefined);
    const [min, max] = this.span;
    if (!next || min !== from || max !== until) return;
    this.seen = `${from} ${until}`;
    this.shown = next;
    this.chart.setData(next.lines, false);
    this.look(from, until);
    this.tell();
  }

  async closer(from, until) {
    const span = until - from;
    const answer = await asked(this.place.dataset.src, this.plot.clientWidth * 3, from - span, until + span);
    return answer?.columns.at.length ? new Columns(told(answer, this.grammar), this.overview, [from - span, until + span]) : undefined;
  }

  read() {
    const { left, idx } = this.chart.cursor;
    if (left < 0 || idx === null || idx === undefined) this.tell();
    else this.said.textContent = reading(this.words, this.shown, idx);
  }

  /** What each column holds, when it is not one reading. */
  tell() {
    this.said.textContent = this.shown.exact ? "" : this.words.extremes(this.shown.column);
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
