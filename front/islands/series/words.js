// Figures and moments of a chart in words, in the language of the page; its phrases come with the chart.
import { fill } from "../making.js";

const HOUR = 3600000;
const DAY = 86400000;
const SPANS = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];

export class Words {
  constructor(data, { as, unit }) {
    const { lang } = document.documentElement;
    const language = lang === "en" ? "en-GB" : lang;
    const when = (how) => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...how });
    Object.assign(this, { data, as, unit });
    this.figures = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
    this.large = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    this.clock = when({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.seconds = when({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    this.day = when({ day: "numeric", month: "short" });
    this.month = when({ month: "short" });
    this.year = when({ year: "numeric" });
    this.date = when({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
    this.number = when({ day: "numeric" });
  }

  value(value) {
    if (this.as === "duration") {
      const minutes = Math.round(value);
      const rest = Math.abs(minutes) % 60;
      const hours = Math.trunc(minutes / 60);
      return hours && rest ? `${hours} h ${String(rest).padStart(2, "0")}` : hours ? `${hours} h` : `${minutes} min`;
    }
    if (this.as === "clock") {
      const minutes = ((Math.round(value) % 1440) + 1440) % 1440;
      return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    }
    return (Math.abs(value) >= 1000 ? this.large : this.figures).format(value).replace("-", "−");
  }

  range(low, high) {
    return fill(this.data.range ?? "{low}–{high}", { low: this.value(low), high: this.value(high) });
  }

  /** “Each column shows the lowest and highest of 5 days”, for so many seconds. */
  extremes(seconds) {
    const [name, size] = SPANS.find(([, one]) => seconds >= 2 * one) ?? SPANS.at(-1);
    const count = this.large.format(Math.round(seconds / size));
    return fill(this.data.extremes ?? "", { span: fill(this.data[name] ?? "", { count }) });
  }
}

/** A moment below the chart, as fine as its steps are. */
export function ticks(words, at, step) {
  const midnight = words.clock.format(at) === "00:00";
  if (step < 60000) return words.seconds.format(at);
  if (step < DAY && !midnight) return words.clock.format(at);
  if (step < 28 * DAY) return words.day.format(at);
  const january = words.month.format(at) === words.month.format(Date.UTC(2020, 0, 15));
  return step < 360 * DAY && !january ? words.month.format(at) : words.year.format(at);
}

/** What the mark stands on: when, what, and what is usual then. */
export function reading(words, columns, place) {
  const low = columns.low[place];
  const high = columns.high[place];
  const at = columns.at[place];
  const when = columns.step < 20 * HOUR ? `${words.date.format(at)}, ${words.clock.format(at)}` : words.date.format(at);
  if (low === null || low === undefined) return when;
  const usual = columns.usualAt(place);
  const said = low === high ? words.value(low) : words.range(low, high);
  const normal = usual && words.data.usual ? ` (${fill(words.data.usual, { range: words.range(...usual) })})` : "";
  return `${when}: ${said}${words.as === "number" && words.unit ? ` ${words.unit}` : ""}${normal}`;
}

let pen;

/** Pixels that words take on an axis. */
export function wide(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
}
