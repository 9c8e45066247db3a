// Columns of a signal over time: for each moment the lowest and highest, or the value itself.

const ENOUGH = 150;

export class Columns {
  /** `before` lends what only the first answer carries; `asked` is the stretch these columns were asked for. */
  constructor(told, before = undefined, asked = [-Infinity, Infinity]) {
    Object.assign(this, told);
    this.asked = asked;
    this.whole = before?.whole ?? told.whole ?? [told.at[0], Math.max(told.at.at(-1), told.next?.at.at(-1) ?? -Infinity)];
    this.step = told.at.length > 1 ? (told.at.at(-1) - told.at[0]) / (told.at.length - 1) : 86400000;
    this.least = before?.least ?? (told.exact ? this.step * 6 : 60000);
    this.lines = [told.at, told.mean ?? told.low];
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

  /** What is usual at a place: lowest and highest, undefined where nobody can say. */
  usualAt(place) {
    const { usual } = this;
    if (!usual) return undefined;
    const there = Math.min(search(usual.at, this.at[place]), usual.at.length - 1);
    const nearest = there > 0 && usual.at[there] > this.at[place] ? there - 1 : there;
    return usual.low[nearest] === null ? undefined : [usual.low[nearest], usual.high[nearest]];
  }

  /** Lowest and highest worth showing of this stretch, with a little air. */
  reach(from, until) {
    const [first, last] = this.within(from, until);
    let [low, high] = extremes(this.low, this.high, first, last);
    const take = (a, b) => { low = Math.min(low, a); high = Math.max(high, b); };
    const stride = Math.max(1, Math.floor((last - first) / 400));
    for (let place = first; place <= last; place += stride) {
      const usual = this.usualAt(place);
      if (usual) take(...usual);
    }
    this.next?.at.forEach((at, place) => {
      const [lows, highs] = this.next.nine ?? this.next.half ?? [this.next.middle, this.next.middle];
      if (at >= from && at <= until) take(lows[place], highs[place]);
    });
    if (low > high) return [0, 1];
    const air = (high - low || Math.abs(high) || 1) * 0.07;
    return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
  }
}

function extremes(lows, highs, first, last) {
  let low = Infinity;
  let high = -Infinity;
  for (let place = first; place <= last; place += 1) {
    const a = lows[place];
    if (a === null || a === undefined) continue;
    if (a < low) low = a;
    if (highs[place] > high) high = highs[place];
  }
  return [low, high];
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
