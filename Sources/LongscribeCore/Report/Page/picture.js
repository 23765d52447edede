/** Draws the recording: functions of what is to be seen, without a memory. All lengths are CSS pixels. */

const RULER = 20;
const LANE = 24;
const CHUNKS = 15;

/** The heights of the parts of the timeline, from the top. */
function layout(run, width) {
  const wave = { top: RULER, height: !run.loudness ? 26 : width < 600 ? 58 : 84 };
  const lane = { top: wave.top + wave.height + 4, height: LANE };
  const chunks = { top: lane.top + lane.height + 5, height: run.chunks.length ? CHUNKS : 0 };
  return { wave, lane, chunks, height: chunks.top + chunks.height + (run.chunks.length ? 9 : 3) };
}

/** The page's colours, as canvases need them. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const names = ['paper', 'panel', 'ink', 'soft', 'faint', 'line', 'accent', 'accent-soft', 'wave', 'wave-back', 'lane', 'lane-ink',
    'band', 'band-other', 'found', 'found-now', 'pause', 'valley', 'forced', 'gap', 'uncovered', 'dropped', 'silence'];
  const colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue('--' + name).trim()]));
  colours.font = style.getPropertyValue('--sans').trim();
  colours.hatches = Object.fromEntries(['gap', 'uncovered', 'dropped'].map((kind) => [kind, hatch(colours[kind])]));
  return colours;
}

function hatch(colour) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const context = tile.getContext('2d');
  context.strokeStyle = colour;
  context.globalAlpha = 0.5;
  context.lineWidth = 1.6;
  for (const shift of [-8, 0, 8]) {
    context.beginPath();
    context.moveTo(shift - 1, 9);
    context.lineTo(shift + 9, -1);
    context.stroke();
  }
  return context.createPattern(tile, 'repeat');
}

/** A canvas made ready for a screen's real pixels; its context draws in CSS pixels. */
function prepared(canvas, width, height) {
  const density = window.devicePixelRatio || 1;
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext('2d');
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The loudness as bars of three pixels or more, mirrored about the middle; what has been heard in another colour. */
function drawWave(context, loudness, box, view, colours, position) {
  const { levels, perSecond } = loudness;
  const perPixel = perSecond * view.span / box.width;
  // Bars begin at multiples of their own length, so that they stand still when the view moves.
  let size = 1;
  while (size < perPixel * 3) size *= 2;
  const step = size / perPixel;
  const bar = Math.max(1, step > 4 ? step - 1.5 : step * 0.64);
  const middle = box.top + box.height / 2;
  const first = Math.floor(view.start * perSecond / size);
  const last = Math.ceil(Math.min(view.end * perSecond, levels.length) / size);
  for (const isHeard of [true, false]) {
    context.fillStyle = isHeard ? colours.accent : colours.wave;
    context.beginPath();
    for (let index = first; index < last; index += 1) {
      const time = index * size / perSecond;
      if ((time + size / perSecond / 2 < position) !== isHeard) continue;
      const half = Math.max(0.6, loudness.height(index * size, (index + 1) * size) * (box.height / 2 - 2));
      const x = (time - view.start) / view.span * box.width;
      context.roundRect(x, middle - half, bar, half * 2, Math.min(bar / 2, 2, half));
    }
    context.fill();
  }
}

/** Stretches that have to be seen however short they are. */
function drawFindings(context, findings, box, view, colours) {
  for (const finding of findings) {
    if (finding.end < view.start || finding.start > view.end) continue;
    const x = (finding.start - view.start) / view.span * box.width;
    const width = Math.max(finding.kind === 'silence' ? 1 : 2.5, (finding.end - finding.start) / view.span * box.width);
    context.fillStyle = colours[finding.kind];
    context.globalAlpha = finding.kind === 'silence' ? 0.13 : width < 6 ? 0.75 : 0.14;
    context.fillRect(x, box.top, width, box.height);
    context.globalAlpha = 1;
    if (finding.kind === 'silence' || width < 6) continue;
    context.fillStyle = colours.hatches[finding.kind];
    context.fillRect(x, box.top, width, box.height);
    context.fillStyle = colours[finding.kind];
    context.fillRect(x, box.top, width, 2);
  }
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000, 72000, 180000, 360000];

function drawRuler(context, width, view, colours) {
  const step = STEPS.find((seconds) => seconds / view.span * width >= 76) || STEPS[STEPS.length - 1];
  context.font = '11px ' + colours.font;
  context.textBaseline = 'middle';
  for (let time = Math.ceil(view.start / step) * step; time <= view.end; time += step) {
    const x = (time - view.start) / view.span * width;
    context.fillStyle = colours.line;
    context.fillRect(Math.round(x), 0, 1, RULER - 3);
    const label = clock(time);
    if (x + 5 + context.measureText(label).width > width) continue;
    context.fillStyle = colours.faint;
    context.fillText(label, x + 5, 9);
  }
}

function drawSegments(context, run, box, view, colours, current, hits) {
  const scale = box.width / view.span;
  context.font = '11.5px ' + colours.font;
  context.textBaseline = 'middle';
  const runs = { plain: [], hit: [] };
  for (let index = run.firstSegment(view.start); index < run.segments.length; index += 1) {
    const { start, end, text } = run.segments[index];
    if (start > view.end) break;
    if (end < view.start) continue;
    const x = (start - view.start) * scale;
    const width = Math.max(1, (end - start) * scale - 1);
    const isHit = hits.has(index);
    if (width < 3 && index !== current) {
      // Too narrow for boxes: what touches becomes one.
      const list = isHit ? runs.hit : runs.plain;
      const before = list[list.length - 1];
      if (before && x <= before.end + 0.75) before.end = Math.max(before.end, x + width); else list.push({ x, end: x + width });
      continue;
    }
    context.fillStyle = index === current ? colours.accent : isHit ? colours['found-now'] : colours.lane;
    context.beginPath();
    context.roundRect(x, box.top, width, box.height, Math.min(4, width / 2));
    context.fill();
    if (width < 60) continue;
    context.save();
    const visible = Math.max(x, 0);
    context.beginPath();
    context.rect(visible, box.top, x + width - visible - 4, box.height);
    context.clip();
    context.fillStyle = index === current ? colours.panel : isHit ? '#1c2127' : colours['lane-ink'];
    context.fillText(text.slice(0, 200), visible + 6, box.top + box.height / 2 + 0.5);
    context.restore();
  }
  for (const [name, colour] of [['plain', colours.lane], ['hit', colours['found-now']]]) {
    context.fillStyle = colour;
    for (const { x, end } of runs[name]) context.fillRect(x, box.top, Math.max(name === 'hit' ? 2 : 1, end - x), box.height);
  }
}

function drawChunks(context, run, box, view, colours) {
  const scale = box.width / view.span;
  context.font = '10.5px ' + colours.font;
  context.textBaseline = 'middle';
  run.chunks.forEach((chunk, place) => {
    if (chunk.to < view.start || chunk.from > view.end) return;
    const x = (chunk.from - view.start) * scale;
    const width = Math.max(0.5, (chunk.to - chunk.from) * scale);
    context.fillStyle = place % 2 ? colours['band-other'] : colours.band;
    context.globalAlpha = chunk.silent ? 0.45 : 1;
    context.fillRect(x, box.top, width, box.height);
    // What was sent reaches into the neighbours: a line, by turns a little lower.
    context.fillStyle = colours.silence;
    context.fillRect((chunk.start - view.start) * scale, box.top + box.height + (place % 2 ? 4 : 1.5), Math.max(1, (chunk.end - chunk.start) * scale), 1.5);
    const left = Math.max(x, 0);
    const right = Math.min(x + width, box.width);
    const label = (right - left > 74 ? 'chunk ' : '') + (place + 1);
    if (right - left > context.measureText(label).width + 14) {
      context.fillStyle = colours.soft;
      context.fillText(label, left + 9, box.top + box.height / 2 + 0.5);
    }
    context.globalAlpha = 1;
  });
}

/** Seams: a line, and a mark whose shape tells the kind too. */
function drawSeams(context, run, parts, width, view, colours) {
  const seen = run.seams.filter(({ at }) => at >= view.start && at <= view.end);
  const isCrowded = seen.length > width / 9;
  for (const seam of seen) {
    const x = (seam.at - view.start) / view.span * width;
    context.fillStyle = colours[seam.kind] || colours.soft;
    if (isCrowded) {
      context.fillRect(x - 0.5, parts.chunks.top, 1.5, parts.chunks.height);
      continue;
    }
    context.globalAlpha = 0.55;
    context.fillRect(x - 0.5, parts.wave.top, 1, parts.chunks.top - parts.wave.top);
    context.globalAlpha = 1;
    drawMark(context, seam.kind, x, parts.chunks.top + parts.chunks.height / 2, run.isUnsure(seam) ? 6 : 4.5, colours.panel);
  }
}

function drawMark(context, kind, x, y, radius, rim) {
  context.beginPath();
  if (kind === 'valley') {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y + radius * 0.8);
    context.lineTo(x - radius, y + radius * 0.8);
    context.closePath();
  } else if (kind === 'forced') {
    for (const [dx, dy] of [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]]) context.lineTo(x + dx * radius, y + dy * radius);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, Math.PI * 2);
  }
  context.strokeStyle = rim;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

function drawPlayhead(context, x, top, height, colours) {
  context.fillStyle = colours.accent;
  context.fillRect(x - 0.75, top, 1.5, height);
  context.beginPath();
  context.arc(x, top + 2, 3.5, 0, Math.PI * 2);
  context.fill();
}
