"""Charts as inline SVG: pure functions from numbers to `Markup`, in the grammar of the house.

How a page draws one
    Every chart is a module with a frozen dataclass that holds what is drawn, and `draw(thing, *, name, says)`. `name`
    is unlike that of any other chart on the page (it begins the ids inside); `says` is the chart's sentence and becomes
    its `aria-label`. Numbers arrive in the person's unit (`measure(...)(value)`), `read` is the `Measure` that writes
    the figures of the axis; its scale is not applied again. Moments are on the person's own clock, without an offset:
    dates, datetimes or `datetime64` (what a polars column gives with `.to_numpy()`). Values may hold None or nan.

        from selftwin.web.charts import days
        from selftwin.web.charts.believed import Band, Cone
        chart = days.draw(days.Days(at, values, read, usual=Band(51, 57, "your usual, 51 to 57"),
                                    ahead=Cone(steps, middle, half=(lo50, hi50), nine=(lo90, hi90)), today=today),
                          name="heart", says="Your heart has rested three nights above your usual.")

    A page adds the sentence, the table behind the chart and its caption; a chart holds no page words but `Names`.

Parts
    believed    `Band` (usual, `trust` decides how strong), `Cone`, `Guess` (whiskers)
    happened    `Lapse` (illness, night, sleep), `Event`, `Flaw` (a row that could not be read)
    names       `Names`: today, 9 in 10, half and the like, for another language

Charts
    days        `Days`: days or nights, two weeks to ten years
    moments     `Moments`: hours or a day of a dense signal
    spark       `Spark`: 14 days back, 3 ahead
    futures     `Futures` with `draw`, `Difference` with `difference`: two futures, and the difference alone
    agp         `Agp`: a usual day from many; `range_bar`: `RangeBar` of `Part`s; `day_grid`: `DayGrid` of `Day`s
    calendar    `Calendar`: months by days; `weekdays`: `Weekdays` of `Kind`s
    whiskers    rows of `Whisker`: what goes with what, or what else would change (`imagined`)
    risk        `people(Chance)` of a hundred, `bars([Chance])`
    timeline    `Timeline` of `Line`, `Spans` and `Points` on one clock; `condensed` says what a column stands for
    dots        `Dots` of `Reader`s: who read, day by day; `chain`: `Chain` of seals
    progress    `Progress`: an import on its years
    hypnogram   `Night`: a strip
    For cells of a table, silent beside its figures: `ledger_bars.draw(parts, unexplained)` gives a bar for each row.
    Inline: `bars.draw(arrived, says=...)`, the health of a source. The bar of sureness and the mark of trust beside
    words are macros of `parts.html`; `trust_mark.mark` is the mark inside a chart.

Why nothing is scaled
    A drawing scaled to a phone has letters of six pixels. Here a chart is a `div` of up to three SVGs: figures at the
    left and names at the right are as wide as they are, the body takes the rest. In the body places across are
    percentages; lines and areas are stretched, with strokes that stay in pixels; dots, hatches and letters are never
    stretched. One drawing is crisp at every width, and the page holds its points once. Only which *words* fit depends
    on the width: they are laid out for charts of 250, 350, 560 and 760 px and shown by container queries.

What the stylesheet must hold
    .chart {display: flex; container-type: inline-size; inline-size: 100%}
    .chart > svg {display: block; flex: none; overflow: visible}
    .chart > .chart-body {flex: 1 1 0; min-inline-size: 0}
    .chart .at-250, .chart .at-350, .chart .at-560, .chart .at-760 {display: none}
    @container (max-width: 349.98px) {.chart .at-250 {display: revert}}
    @container (min-width: 350px) and (max-width: 559.98px) {.chart .at-350 {display: revert}}
    @container (min-width: 560px) and (max-width: 759.98px) {.chart .at-560 {display: revert}}
    @container (min-width: 760px) {.chart .at-760 {display: revert}}
    A chart takes the width of its block; inside a flex or shrinking box give that box a width.

Classes
    whole       chart chart-left chart-body chart-right, chart-days chart-spark chart-moments chart-futures
                chart-agp chart-range chart-calendar chart-weekdays chart-whiskers chart-people chart-risk
                chart-timeline chart-dots chart-chain chart-progress chart-night
                chart-difference
    recorded    recorded (line) recorded-dot extremes (columns of lowest to highest) odd (ringed dot)
    usual       usual usual-edge, usual-first usual-first-edge (a first impression: half as strong, dotted), target
                target-edge
    believed    next90 next50 next-edge (dotted) next-mid (dashed 5 4), guess guess-mid guess-dot
    imagined    if90 if50 if-edge if-mid, asis (rectangle of hatch) asis-edge asis-mid (dashed)
    hatches     gap (a rectangle whose fill is a pattern), hatch asis-hatch (the lines inside the patterns)
    happened    night event event-bar mark asleep fault today today-mark
    axes        grid zero axis clock
    words       label label-strong, with usual-word next-label if-label asis-label event-label gap-label fault-label
                odd-label mark-label, and halo (a stroke of paper behind letters, paint-order: stroke); said (serif 18);
                row-name row-strong row-quiet (16 px, in whiskers and dots)
    agp         nine-band nine-edge half-band, recorded with thick (2.6) or thin (1.4)
    range_bar   part-below part-usual part-above, aim (dotted upright)
    day_grid    day-grid (the grid of cells) day-cell day-head day-title day-words (above, below), odd-line low-line
    calendar    day-under day-below day-usual day-above day-over, day-sign day-today weekend
    weekdays    usual usual-half usual-mid
    whiskers    next-box next-mid-mark, if-box if-mid-mark, trust-none trust-ring trust-full
    risk        person person-next-sure person-next-may person-if-sure person-if-may, next-box if-box next-mid-mark
                if-mid-mark outline
    timeline    span-usual span-night span-odd (boxes) span-usual-label span-night-label span-odd-label (words on
                them: paper on the night's ink), point-dot
    dots        own-dot read-dot no-dot; chain: seal seal-open seal-broken link link-broken
    progress    part-ink part-ink2 seam (a paper hairline) edge-mark
    hypnogram   part-ink part-ink2 part-edge
    cells       ledger-bar with part-more part-less part-unknown zero; source-bars with bar-full bar-open
"""
