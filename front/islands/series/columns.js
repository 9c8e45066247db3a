// Columns of a signal over time, as the server sends them: for each moment the lowest and highest, or the value itself.

const ENOUGH = 150;

export class Columns {
  /** `before` lends what only the first answer carries; `asked` is the stretch these columns were asked for. */
  constructor(sent, before = {}, asked = [-Infinity, Infinity]) {
    this.asked = asked;
    this.at = sent.at;
    this.low = sent.low ?? sent.value;
    this.high = sent.high ?? this.low;
    this.exact = sent.exact ?? this.high === this.low;
    this.usualLow = sent.usual_low;
    this.usualHigh = sent.usual_high;
    this.lines = [sent.at, sent.mean ?? this.low];
    this.column = sent.column ?? "";
    this.zone = sent.zone ?? before.zone ?? "Etc/UTC";
    for (const name of ["next", "events", "gaps", "sunk", "faults", "today"]) this[name] = sent[name] ?? before[name];
    this.whole = sent.whole;
    this.end = Math.max(this.at.at(-1), this.next?.at?.at(-1) ?? -Infinity);
    this.step = this.at.length > 1 ? (this.at.at(-1) - this.at[0]) / (this.at.length - 1) : 86400000;
    this.least = this.exact ? this.step * 6 : Math.max(this.step / 1000, 60000);
  }

  /** Places of the columns within these moments, one more at each side. */
  within(from, until) {
    return [Math.max(0, search(this.at, from) - 1), Math.min(this.at.length - 1, search(this.at, until))];
  }

  /** Whether they hold this stretch, finely enough to draw it. */
  serves(from, until) {
    const [first, last] = this.within(from, until);
    return this.asked[0] <= from && until <= this.asked[1] && (this.exact || last - first >= ENOUGH);
  }

  usual(place) {
    const pick = (some) => (Array.isArray(some) ? some[place] : some);
    const low = pick(this.usualLow);
    const high = pick(this.usualHigh);
    return low === undefined || low === null || high === undefined || high === null ? undefined : [low, high];
  }

  /** Lowest and highest worth showing of this stretch, with a little air. */
  reach(from, until) {
    const [first, last] = this.within(from, until);
    let low = Infinity;
    let high = -Infinity;
    const take = (a, b) => { if (a !== null && a < low) low = a; if (b !== null && b > high) high = b; };
    for (let place = first; place <= last; place += 1) take(this.low[place], this.high[place]);
    const stride = Math.max(1, Math.floor((last - first) / 400));
    for (let place = first; place <= last; place += stride) {
      const usual = this.usual(place);
      if (usual) take(...usual);
    }
    const next = this.next;
    if (next && next.at.at(-1) >= from && next.at[0] <= until) {
      next.at.forEach((at, place) => { if (at <= until) take(next.low?.[place] ?? next.mid[place], next.high?.[place] ?? next.mid[place]); });
    }
    if (low > high) return [0, 1];
    const air = (high - low || Math.abs(high) || 1) * 0.07;
    return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
  }
}

/** The first place whose moment is not before this one. */
export function search(at, moment) {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
