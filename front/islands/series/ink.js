// The identity's colours as a canvas needs them: what the stylesheet says at this moment, in this theme.

const NAMES = ["paper", "sunk", "ink", "ink2", "ink3", "edge", "rule", "usual", "usual-edge", "usual-ink", "next90", "next50", "next-ink", "odd", "odd-mark", "stop"];

export class Ink {
  constructor(place) {
    this.place = place;
    this.read();
  }

  read() {
    const probe = document.createElement("i");
    this.place.append(probe);
    for (const name of NAMES) {
      probe.style.color = `var(--${name})`;
      this[name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] = getComputedStyle(probe).color;
    }
    probe.remove();
    this.hatched = undefined;
  }

  /** A hatch at 45°, in pixels of the screen. */
  hatch(context) {
    this.hatched ??= this.pattern(context);
    return this.hatched;
  }

  pattern(context) {
    const size = Math.round(8 * devicePixelRatio);
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.strokeStyle = this.edge;
    pen.globalAlpha = 0.45;
    pen.lineWidth = devicePixelRatio;
    pen.beginPath();
    for (const shift of [-size, 0, size]) { pen.moveTo(shift, size); pen.lineTo(shift + size, 0); }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }
}
