// What a chart draws, out of what the server sends (`/series/{signal}`: seconds on the person's own clock, values in the
// signal's unit) and what its page says of it (`data-grammar`: usual, what may come, events; same clock, same unit).

const MINUTES = { min: 1, h: 60, s: 1 / 60 };

/** The answer and the page's grammar as one: moments in milliseconds, values as the person reads them. */
export function told(answer, grammar) {
  const { columns } = answer;
  const minutes = grammar.as === "clock" ? 1 : MINUTES[answer.unit];
  const scale = (answer.shown?.scale ?? 1) * (minutes ?? 1);
  const offset = answer.shown?.offset ?? 0;
  const value = scale === 1 && !offset ? (some) => some : (some) => some?.map((one) => (one === null ? null : one * scale + offset));
  const at = columns.at.map((one) => one * 1000);
  const low = value(columns.value ?? columns.low);
  return {
    at, low, high: columns.high ? value(columns.high) : low, mean: value(columns.middle),
    exact: !answer.thinned, column: answer.column_seconds ?? 0,
    as: grammar.as ?? (minutes ? "duration" : "number"), unit: answer.shown?.words ?? "",
    gaps: grammar.gaps?.map(span) ?? (grammar.missing ? missing(at, low) : []), missing: grammar.missing ?? "",
    ...believed(grammar, value), ...happened(grammar),
  };
}

const moment = (seconds) => seconds * 1000;
const span = ([from, until]) => [moment(from), moment(until)];

function believed({ usual, next }, value) {
  const some = Array.isArray(usual) ? { at: [-Infinity], low: [usual[0]], high: [usual[1]] } : usual;
  return {
    usual: some && { at: some.at.map(moment), low: value(some.low), high: value(some.high) },
    next: next && { at: next.at.map(moment), middle: value(next.middle), half: next.half?.map(value), nine: next.nine?.map(value) },
  };
}

function happened({ events, sunk, faults, today, now, whole }) {
  return {
    events: events?.map((event) => ({ ...event, at: moment(event.at) })), sunk: sunk?.map(span), faults: faults?.map(moment),
    now, today: today === undefined ? undefined : moment(today), whole: whole && span(whole),
  };
}

/** Stretches without a value between two that have one. */
function missing(at, values) {
  const found = [];
  let last = -1;
  values.forEach((one, place) => {
    if (one === null) return;
    if (last >= 0 && place - last > 1) found.push([at[last], at[place]]);
    last = place;
  });
  return found;
}
