// The chart grammar on a canvas: below the recorded line the washes, above it what is outside, happened or may come.

const SANS = '"Source Sans 3 Variable", system-ui, sans-serif';
const SERIF = '"Vollkorn Variable", Georgia, serif';
const MOST_RINGS = 400;

/** How much room words above the drawing need. */
export const roomAbove = (columns) => (columns.events?.length ? 40 : columns.today ? 24 : 8);

/** One of the two layers. */
export function draw(u, columns, ink, layer, words = {}) {
  const sheet = new Sheet(u, columns, ink);
  const { context } = sheet;
  context.save();
  if (layer === "below") {
    sheet.clip();
    sheet.sunk();
    sheet.usual();
    sheet.gaps();
    sheet.extremes();
  } else {
    context.save();
    sheet.clip();
    sheet.next();
    sheet.outside();
    context.restore();
    sheet.faults();
    sheet.today(columns.now ?? words.today ?? "");
    sheet.events();
    sheet.ends(words);
  }
  context.restore();
}

class Sheet {
  constructor(u, columns, ink) {
    Object.assign(this, { u, columns, ink, context: u.ctx, box: u.bbox, px: devicePixelRatio });
    const { min, max } = u.scales.x;
    this.from = min;
    this.until = max;
    [this.first, this.last] = columns.within(min, max);
  }

  x(at) { return this.u.valToPos(at, "x", true); }
  y(value) { return this.u.valToPos(value, "y", true); }

  clip() {
    const { left, top, width, height } = this.box;
    this.context.beginPath();
    this.context.rect(left, top, width, height);
    this.context.clip();
  }

  line(width, colour, dashes = []) {
    this.context.lineWidth = width * this.px;
    this.context.strokeStyle = colour;
    this.context.setLineDash(dashes.map((one) => one * this.px));
    this.context.lineJoin = "round";
  }

  band(spans, fill) {
    const { left, top, width, height } = this.box;
    this.context.fillStyle = fill;
    for (const [from, until] of spans ?? []) {
      if (until < this.from || from > this.until) continue;
      const start = Math.max(this.x(from), left);
      this.context.fillRect(start, top, Math.max(Math.min(this.x(until), left + width) - start, this.px), height);
    }
  }

  sunk() { this.band(this.columns.sunk, this.ink.sunk); }

  /** Where nothing was recorded: a hatch, and its word on the floor where it fits. */
  gaps() {
    const { context, px } = this;
    this.band(this.columns.gaps, this.ink.hatch(context));
    context.font = `italic ${14 * px}px ${SERIF}`;
    context.textAlign = "center";
    context.fillStyle = this.ink.ink2;
    let taken = -Infinity;
    for (const [from, until] of this.columns.gaps ?? []) {
      const [left, right] = [this.x(from), this.x(until)];
      const half = context.measureText(this.columns.missing ?? "").width / 2;
      const middle = (left + right) / 2;
      if (middle - half < Math.max(taken, this.box.left) || middle + half > this.box.left + this.box.width || right - left < 6 * px) continue;
      taken = middle + half + 8 * px;
      context.fillText(this.columns.missing ?? "", middle, this.box.top + this.box.height - 6 * px);
    }
  }

  /** The wash and its two edges, at most one place a pixel. */
  usual() {
    const stride = Math.max(1, Math.floor((this.last - this.first) / (this.box.width / this.px)));
    let run = [];
    const flush = () => { if (run.length) this.wash(run, this.ink.usual, this.ink.usualEdge); run = []; };
    for (let place = this.first; place <= this.last; place += stride) {
      const usual = this.columns.usualAt(place);
      if (usual) run.push([this.x(this.columns.at[place]), this.y(usual[0]), this.y(usual[1])]);
      else flush();
    }
    const end = this.columns.usualAt(this.last);
    if (end && run.length) run.push([this.x(this.columns.at[this.last]), this.y(end[0]), this.y(end[1])]);
    flush();
  }

  wash(run, fill, edge, dashes = []) {
    const { context } = this;
    const highs = () => run.forEach(([x, , high], place) => (place ? context.lineTo(x, high) : context.moveTo(x, high)));
    context.beginPath();
    highs();
    for (let place = run.length - 1; place >= 0; place -= 1) context.lineTo(run[place][0], run[place][1]);
    context.fillStyle = fill;
    context.fill();
    if (!edge) return;
    this.line(1, edge, dashes);
    context.beginPath();
    highs();
    run.forEach(([x, low], place) => (place ? context.lineTo(x, low) : context.moveTo(x, low)));
    context.stroke();
  }

  /** From the lowest to the highest of each column of pixels, where a column holds more than one reading. */
  extremes() {
    const { at, low, high, exact } = this.columns;
    if (exact) return;
    const { context } = this;
    const wide = Math.max(this.px, 0.78 * ((this.x(at[this.last]) - this.x(at[this.first])) / Math.max(1, this.last - this.first)));
    context.fillStyle = this.ink.edge;
    context.globalAlpha = 0.75;
    for (let place = this.first; place <= this.last; place += 1) {
      if (low[place] === null || low[place] === undefined) continue;
      const top = this.y(high[place]);
      context.fillRect(this.x(at[place]) - wide / 2, top, wide, Math.max(this.y(low[place]) - top, this.px));
    }
    context.globalAlpha = 1;
  }

  next() {
    const { next } = this.columns;
    if (!next || next.at.at(-1) < this.from) return;
    const start = this.columns.today ?? this.columns.at.at(-1);
    const value = this.columns.lines[1].findLast((one) => one !== null);
    const run = ([low, high]) => [[this.x(start), this.y(value), this.y(value)], ...next.at.map((at, place) => [this.x(at), this.y(low[place]), this.y(high[place])])];
    if (next.nine) this.wash(run(next.nine), this.ink.next90, this.ink.nextInk, [1.5, 2.5]);
    if (next.half) this.wash(run(next.half), this.ink.next50);
    this.line(1.7, this.ink.nextInk, [5, 4]);
    this.context.beginPath();
    this.context.moveTo(this.x(start), this.y(value));
    next.at.forEach((at, place) => this.context.lineTo(this.x(at), this.y(next.middle[place])));
    this.context.stroke();
  }

  /** A ringed dot wherever a reading lies outside the usual, while they can be told apart. */
  outside() {
    if (!this.columns.exact || this.last - this.first > MOST_RINGS) return;
    const { context } = this;
    this.line(1.8, this.ink.oddMark);
    context.fillStyle = this.ink.odd;
    for (let place = this.first; place <= this.last; place += 1) {
      const value = this.columns.low[place];
      const usual = this.columns.usualAt(place);
      if (!usual || value === null || (value >= usual[0] && value <= usual[1])) continue;
      context.beginPath();
      context.arc(this.x(this.columns.at[place]), this.y(value), 4 * this.px, 0, 7);
      context.fill();
      context.stroke();
    }
  }

  faults() {
    const floor = this.box.top + this.box.height - 6 * this.px;
    const arm = 3.5 * this.px;
    this.line(2.2, this.ink.stop);
    for (const at of this.columns.faults ?? []) {
      if (at < this.from || at > this.until) continue;
      const x = this.x(at);
      this.context.beginPath();
      for (const [dx, dy] of [[-arm, -arm], [-arm, arm]]) { this.context.moveTo(x + dx, floor + dy); this.context.lineTo(x - dx, floor - dy); }
      this.context.stroke();
    }
  }

  today(word) {
    const at = this.columns.today;
    if (!at || at < this.from || at > this.until) return;
    const { context, px } = this;
    const x = this.x(at);
    const { top, height } = this.box;
    this.line(1.1, this.ink.ink);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.fillStyle = this.ink.ink;
    context.beginPath();
    context.moveTo(x - 5 * px, top - 6 * px);
    context.lineTo(x + 5 * px, top - 6 * px);
    context.lineTo(x, top + px);
    context.fill();
    context.font = `600 ${13 * px}px ${SANS}`;
    context.textAlign = "center";
    const half = context.measureText(word).width / 2;
    context.fillText(word, Math.max(half, Math.min(x, context.canvas.width - half)), top - 11 * px);
  }

  /** “9 in 10” and “half” beside the end of the cone. */
  ends({ nine = "", half = "" }) {
    const { next } = this.columns;
    if (!next || next.at.at(-1) > this.until + 1 || next.at.at(-1) < this.from) return;
    const { context, px } = this;
    const x = this.x(next.at.at(-1)) + 6 * px;
    context.font = `${13 * px}px ${SANS}`;
    context.textAlign = "start";
    context.fillStyle = this.ink.nextInk;
    const middle = this.y(next.middle.at(-1)) + 4.5 * px;
    if (next.nine) context.fillText(nine, x, Math.min(this.y(next.nine[1].at(-1)) + 4.5 * px, middle - 16 * px));
    if (next.half) context.fillText(half, x, middle);
  }

  /** Names of events, the earlier first, each where it has room. */
  events() {
    const { context, px } = this;
    context.font = `italic ${14 * px}px ${SERIF}`;
    context.textAlign = "center";
    context.fillStyle = this.ink.ink2;
    let taken = -Infinity;
    for (const event of this.columns.events ?? []) {
      const x = this.x(event.at);
      const wide = context.measureText(event.words).width / 2;
      if (event.at < this.from || event.at > this.until || x - wide < taken) continue;
      taken = x + wide + 8 * px;
      context.fillText(event.words, x, this.box.top - 22 * px);
      this.line(1.2, this.ink.ink3, [1.5, 2.5]);
      context.beginPath();
      context.moveTo(x, this.box.top - 16 * px);
      context.lineTo(x, this.box.top);
      context.stroke();
    }
    context.font = `${13 * px}px ${SANS}`;
  }
}
