/** The shortest stretch that the timeline shows, in seconds. */
const CLOSEST = 30;

/** Which part of the recording the timeline shows. */
class View {
  constructor(length, changed) {
    this.length = length;
    this.changed = changed;
    this.start = 0;
    this.span = length;
  }

  get end() { return this.start + this.span; }
  get isWhole() { return this.span >= this.length - 1e-6; }
  get closest() { return Math.min(CLOSEST, this.length); }

  set(start, span) {
    this.span = Math.min(this.length, Math.max(this.closest, span));
    this.start = Math.min(this.length - this.span, Math.max(0, start));
    this.changed();
  }

  whole() { this.set(0, this.length); }

  move(seconds) { this.set(this.start + seconds, this.span); }

  /** Shows a smaller or larger stretch; the time stays where it is. */
  zoom(factor, time) {
    const span = Math.min(this.length, Math.max(this.closest, this.span * factor));
    const share = (time - this.start) / this.span;
    this.set(time - share * span, span);
  }

  /** Moves so that a time is seen, if it is not; `ahead` is how much should be seen after it, as a share. */
  show(time, ahead = 0.6) {
    const margin = this.span * 0.04;
    if (this.isWhole || (time >= this.start + margin && time <= this.end - margin)) return;
    this.set(time - this.span * (1 - ahead), this.span);
  }
}
