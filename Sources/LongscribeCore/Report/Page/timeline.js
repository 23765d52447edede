/** How far a pointer may move and still click. */
const STILL = 4;

/** The picture of the recording, and the strip below it that shows which part of it is seen. */
class Timeline {
  /** @param seek Called with the time of a click. */
  constructor(run, seek) {
    this.run = run;
    this.seek = seek;
    this.view = new View(run.length, () => this.draw());
    this.picture = document.getElementById('picture');
    this.canvas = document.getElementById('wave');
    this.strip = document.getElementById('overview');
    this.tip = document.getElementById('tip');
    this.position = 0;
    this.current = -1;
    this.hits = new Set();
    this.colours = palette();
    this.pointers = new Map();
    this.picture.setAttribute('aria-valuemax', String(Math.round(run.length)));
    this.listen();
    this.resize();
  }

  resize() {
    this.width = this.picture.clientWidth;
    this.stripWidth = this.strip.clientWidth;
    this.parts = layout(this.run, this.width);
    this.canvas.style.height = this.parts.height + 'px';
    this.paint();
  }

  /** Draws with the next frame, however often it is asked. */
  draw() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.paint();
    });
  }

  show(position, current) {
    this.position = position;
    this.current = current;
    this.picture.setAttribute('aria-valuenow', String(Math.round(position)));
    this.picture.setAttribute('aria-valuetext', clock(position) + ' of ' + clock(this.run.length));
    this.draw();
  }

  x(time) { return (time - this.view.start) / this.view.span * this.width; }

  time(x) { return Math.min(this.run.length, Math.max(0, this.view.start + x / this.width * this.view.span)); }

  paint() {
    const { run, view, parts, colours, width } = this;
    if (!width) return;
    const context = prepared(this.canvas, width, parts.height);
    const wave = { ...parts.wave, width };
    context.fillStyle = colours['wave-back'];
    context.fillRect(0, wave.top, width, wave.height);
    drawRuler(context, width, view, colours);
    const silences = run.findings.filter(({ kind }) => kind === 'silence');
    drawFindings(context, silences, wave, view, colours);
    if (run.loudness) {
      drawWave(context, run.loudness, wave, view, colours, this.position);
    } else {
      context.fillStyle = colours.faint;
      context.font = '12px ' + colours.font;
      context.textBaseline = 'middle';
      context.fillText('The file does not tell how loud the recording is', 10, wave.top + wave.height / 2);
    }
    drawFindings(context, run.findings.filter(({ kind }) => kind !== 'silence'), wave, view, colours);
    drawSegments(context, run, { ...parts.lane, width }, view, colours, this.current, this.hits);
    if (run.chunks.length) {
      drawChunks(context, run, { ...parts.chunks, width }, view, colours);
      drawSeams(context, run, parts, width, view, colours);
    }
    const x = this.x(this.position);
    if (x >= -4 && x <= width + 4) drawPlayhead(context, x, RULER - 4, parts.chunks.top + parts.chunks.height - RULER + 4, colours);
    this.paintStrip();
  }

  paintStrip() {
    const { run, view, colours, stripWidth: width } = this;
    const height = this.strip.clientHeight;
    const whole = { start: 0, span: run.length, end: run.length };
    const context = prepared(this.strip, width, height);
    context.fillStyle = colours.band;
    context.fillRect(0, 0, width, height);
    const box = { top: 2, height: height - 4, width };
    if (run.loudness) drawWave(context, run.loudness, box, whole, colours, this.position);
    else drawSegments(context, run, { top: 8, height: height - 16, width }, whole, colours, this.current, this.hits);
    drawFindings(context, run.findings, { top: 0, height, width }, whole, colours);
    context.fillStyle = colours['found-now'];
    for (const index of this.hits) context.fillRect(run.segments[index].start / run.length * width, height - 6, 2, 6);
    context.fillStyle = colours.accent;
    context.fillRect(this.position / run.length * width - 0.75, 0, 1.5, height);
    if (view.isWhole) return;
    const left = view.start / run.length * width;
    const right = Math.max(left + 4, view.end / run.length * width);
    context.fillStyle = colours.paper;
    context.globalAlpha = 0.62;
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, width - right, height);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(left + 1, 1, Math.max(2, right - left - 2), height - 2, 5);
    context.stroke();
  }

  // Pointers

  listen() {
    new ResizeObserver(() => this.resize()).observe(this.picture);
    for (const query of ['(prefers-color-scheme: dark)', `(resolution: ${window.devicePixelRatio}dppx)`]) {
      window.matchMedia(query).addEventListener('change', () => {
        this.colours = palette();
        this.draw();
      });
    }
    const { picture, strip } = this;
    picture.addEventListener('pointerdown', (event) => this.press(event));
    picture.addEventListener('pointermove', (event) => this.drag(event));
    picture.addEventListener('pointerup', (event) => this.release(event, true));
    picture.addEventListener('pointercancel', (event) => this.release(event, false));
    picture.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    picture.addEventListener('wheel', (event) => this.roll(event), { passive: false });
    const centre = (event) => {
      const time = (event.clientX - strip.getBoundingClientRect().left) / this.stripWidth * this.run.length;
      if (this.view.isWhole) this.seek(Math.min(this.run.length, Math.max(0, time)), false);
      else this.view.set(time - this.view.span / 2, this.view.span);
    };
    strip.addEventListener('pointerdown', (event) => {
      strip.setPointerCapture(event.pointerId);
      centre(event);
    });
    strip.addEventListener('pointermove', (event) => { if (strip.hasPointerCapture(event.pointerId)) centre(event); });
  }

  place(event) {
    const box = this.picture.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  press(event) {
    if (event.button > 0) return;
    this.picture.setPointerCapture(event.pointerId);
    const place = this.place(event);
    this.pointers.set(event.pointerId, { ...place, from: place.x, start: this.view.start });
    this.hasMoved = this.pointers.size > 1;
  }

  drag(event) {
    const place = this.place(event);
    const pressed = this.pointers.get(event.pointerId);
    if (!pressed) {
      this.hint(place);
      return;
    }
    this.tip.hidden = true;
    if (this.pointers.size > 1) {
      this.pinch(event.pointerId, place);
    } else if (this.hasMoved || Math.abs(place.x - pressed.from) > STILL) {
      this.hasMoved = true;
      this.picture.classList.add('dragging');
      this.view.set(pressed.start - (place.x - pressed.from) / this.width * this.view.span, this.view.span);
    }
    Object.assign(pressed, place);
  }

  /** Two fingers: what they touched stays under them. */
  pinch(moved, place) {
    const other = [...this.pointers].find(([id]) => id !== moved)[1];
    const before = Math.max(20, Math.abs(this.pointers.get(moved).x - other.x));
    const after = Math.max(20, Math.abs(place.x - other.x));
    this.view.zoom(before / after, this.time(other.x));
  }

  release(event, isClick) {
    const pressed = this.pointers.get(event.pointerId);
    this.pointers.delete(event.pointerId);
    this.picture.classList.remove('dragging');
    if (!pressed || !isClick || this.hasMoved) return;
    this.seek(this.time(pressed.x), false);
  }

  roll(event) {
    const { x } = this.place(event);
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.width : 1;
    const across = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.view.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY * unit)) * 0.008), this.time(x));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.view.move(across * unit / this.width * this.view.span);
    }
    this.tip.hidden = true;
  }

  // What lies under the pointer

  hint(place) {
    const lines = this.lines(place);
    this.tip.hidden = false;
    this.tip.replaceChildren(...lines.filter(Boolean).map((line) => {
      const element = document.createElement('div');
      element.textContent = line;
      return element;
    }));
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const left = Math.max(4, Math.min(place.x + 14, this.width - width - 4));
    const top = Math.max(2, Math.min(place.y + 16, this.parts.height - height - 2));
    // Never under the pointer: at the right end it stands to the left.
    const isCovered = place.x >= left && place.x <= left + width && place.y >= top && place.y <= top + height;
    this.tip.style.left = (isCovered ? Math.max(4, place.x - width - 14) : left) + 'px';
    this.tip.style.top = top + 'px';
  }

  lines({ x, y }) {
    const { run, parts } = this;
    const time = this.time(x);
    const near = 6 / this.width * this.view.span;
    const isInLane = y >= parts.lane.top && y < parts.lane.top + parts.lane.height;
    const seam = run.seams.reduce((best, candidate) => {
      const distance = Math.abs(candidate.at - time);
      return distance <= near && (!best || distance < Math.abs(best.at - time)) ? candidate : best;
    }, null);
    if (seam && !isInLane) {
      const { title, lines } = run.describe(seam);
      return [title + ', ' + clock(seam.at, true), ...lines];
    }
    const finding = run.findings.find(({ start, end }) => start <= time + near / 3 && end >= time - near / 3);
    if (finding && y < parts.lane.top) {
      const { title, lines } = run.describe(finding);
      return [title + ', ' + clock(finding.start, true) + '–' + clock(finding.end, true), ...lines];
    }
    if (y >= parts.chunks.top && run.chunks.length) return this.chunkLines(time);
    const index = run.segmentAt(time);
    const segment = run.segments[index];
    if (isInLane && segment && segment.end >= time - near / 6) {
      const text = segment.text.length > 220 ? segment.text.slice(0, 220) + '…' : segment.text;
      return [(segment.estimated ? '~' : '') + clock(segment.start, true) + '–' + clock(segment.end, true), text];
    }
    return [clock(time, true)];
  }

  chunkLines(time) {
    const { run } = this;
    const place = run.chunks.findIndex(({ from, to }) => from <= time && time <= to);
    const chunk = run.chunks[place];
    if (!chunk) return [clock(time, true)];
    const again = run.repairs.filter(({ repairs }) => repairs === chunk.index).length;
    return [
      'Chunk ' + (place + 1) + (chunk.silent ? ', not sent' : ''),
      'answers for ' + clock(chunk.from, true) + '–' + clock(chunk.to, true),
      chunk.silent ? 'nobody speaks in it' : 'sent ' + clock(chunk.start, true) + '–' + clock(chunk.end, true),
      again ? 'parts of it were asked for again' : '',
    ];
  }
}
