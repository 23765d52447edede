'use strict';

/** The kinds of findings and of seams: what they are called, in the order of the legend. */
const KINDS = {
  gap: { one: 'gap', many: 'gaps', title: 'Not transcribed' },
  uncovered: { one: 'stretch without its text', many: 'stretches without their text', title: 'Somebody can be heard' },
  dropped: { one: 'phrase left out', many: 'phrases left out', title: 'Left out' },
  silence: { one: 'silence', many: 'silences', title: 'Silence, not sent' },
  pause: { one: 'pause seam', many: 'pause seams' },
  valley: { one: 'valley seam', many: 'valley seams' },
  forced: { one: 'forced seam', many: 'forced seams' },
};

/** What the names in the document say to people. Unknown ones are shown as they are, and none is an object's own, such as `constructor`. */
const PHRASES = {
  __proto__: null,
  no_text: 'there is no text for it', little_text: 'there is too little text for it',
  too_much_text: 'there is more text than anybody can say in the time',
  known_invention: 'recognisers invent it in silence', doubted_by_recognizer: 'the recogniser doubts it itself',
  impossible_rate: 'nobody speaks there',
  pause: 'in a pause', valley: 'in a dip of the loudness', forced: 'through speech',
  aligned: 'joined at words that both have', times: "joined by the words' own times",
  unverified: 'nothing proves what both have: words may be doubled', gap: 'one of the two is missing',
};
const METHODS = { __proto__: null, ...PHRASES, pause: 'nobody speaks in what both have' };
/** Below it a seam is worth a look. */
const SURE = 0.9;

/** A time for people: 1:02:03, with tenths where there are asked for. */
function clock(seconds, tenths = false) {
  const rounded = tenths ? Math.round(seconds * 10) / 10 : Math.floor(seconds + 1e-6);
  const whole = Math.floor(rounded);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const pad = (number) => String(number).padStart(2, '0');
  const rest = tenths ? '.' + Math.round((rounded - whole) * 10) % 10 : '';
  return (hours ? hours + ':' + pad(minutes) : String(minutes)) + ':' + pad(whole % 60) + rest;
}

/** A length for people: 45 s, 3 min 22 s, 10 h 5 min. */
function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return (seconds < 10 ? Math.round(seconds * 10) / 10 : whole) + ' s';
  if (whole < 3600) return Math.floor(whole / 60) + ' min' + (whole % 60 ? ' ' + whole % 60 + ' s' : '');
  return Math.floor(whole / 3600) + ' h' + (Math.floor(whole / 60) % 60 ? ' ' + Math.floor(whole / 60) % 60 + ' min' : '');
}

const plural = (count, one, many) => count.toLocaleString('en') + ' ' + (count === 1 ? one : many);

/** The last place of a sorted list whose value is not above the limit; -1 if there is none. */
function lastUpTo(list, limit, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(list[middle]) <= limit) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/** The loudness of the recording, and how much of the picture's height it fills. */
class Loudness {
  constructor({ per_second: perSecond, levels }) {
    this.perSecond = perSecond;
    const bytes = atob(levels);
    this.levels = Uint8Array.from({ length: bytes.length }, (_, index) => bytes.charCodeAt(index));
    // The recording's own loudest fills the height, so that a soft one is no flat line.
    const counts = new Float64Array(256);
    for (const level of this.levels) counts[level] += 1;
    counts[0] = 0;
    const total = counts.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    this.top = total ? counts.findIndex((count) => (sum += count) >= total * 0.998) : 240;
  }

  /** How high the loudest of some values is, from 0 to 1. */
  height(from, to) {
    let loudest = 0;
    const end = Math.min(to, this.levels.length);
    for (let index = Math.max(0, from); index < end; index += 1) {
      if (this.levels[index] > loudest) loudest = this.levels[index];
    }
    // Levels are half decibels. Between the amplitude, in which soft speech is lost, and the decibels, in which all speech is alike.
    return loudest ? Math.min(1, 10 ** ((loudest - this.top) / 40 * 0.7)) : 0;
  }
}

/** All that the page shows. */
class Run {
  constructor(data) {
    Object.assign(this, data);
    this.length = Math.max(data.head.duration, 0.1);
    this.loudness = data.envelope && data.envelope.levels ? new Loudness(data.envelope) : null;
    this.seams.forEach((seam) => { seam.start = seam.end = seam.at; });
    this.seams.sort((left, right) => left.at - right.at);
    // Where the longest segment reaches: those that overlap a view begin no earlier than this before it.
    this.reach = this.segments.reduce((most, segment) => Math.max(most, segment.end - segment.start), 0);
    this.findings = ['gap', 'uncovered', 'dropped', 'silence'].flatMap((kind) => {
      const list = { gap: this.gaps, uncovered: this.uncovered, dropped: this.dropped, silence: this.silence }[kind];
      return list.map((finding) => ({ ...finding, kind }));
    }).sort((left, right) => left.start - right.start);
    this.points = [
      ...this.findings.filter(({ kind }) => kind !== 'silence'), ...this.seams.filter((seam) => this.isUnsure(seam)),
    ].sort((left, right) => left.start - right.start);
  }

  /** Whether a seam may have lost or doubled something. */
  isUnsure(seam) {
    return seam.method === 'unverified' || (seam.confidence !== undefined && seam.confidence < SURE);
  }

  /** The segment that is being said at a time, or was the last before it; -1 if it is too early for any. */
  segmentAt(time) { return lastUpTo(this.segments, time + 0.02, (segment) => segment.start); }

  /** The first segment that may reach into what begins at a time. */
  firstSegment(time) { return Math.max(0, this.segmentAt(time - this.reach)); }

  /** What is to be said of a finding or a seam: a title and lines. */
  describe(item) {
    if (item.at !== undefined) {
      const lines = [METHODS[item.method] || item.method];
      if (item.anchors) lines.push(plural(item.anchors, 'word', 'words') + ' found in both');
      if (item.confidence !== undefined) lines.push('confidence ' + Math.round(item.confidence * 1000) / 10 + ' %');
      return { title: 'Seam ' + (PHRASES[item.kind] || item.kind), lines };
    }
    const lines = [];
    if (item.kind === 'gap') lines.push(item.text || item.reason);
    if (item.kind === 'uncovered') {
      lines.push((PHRASES[item.reason] || item.reason) + (item.again ? ', nor when asked again' : ''));
      if (!item.speech) lines.push('it may be music, laughter or applause');
    }
    if (item.kind === 'dropped') lines.push('“' + item.text + '”', PHRASES[item.reason] || item.reason);
    return { title: KINDS[item.kind].title, lines: lines.filter(Boolean) };
  }

  /** Where the words of a segment are in its text: only those that are found there, in order. */
  wordsOf(index) {
    const segment = this.segments[index];
    if (!segment.words) return [];
    segment.places ??= segment.words.reduce((places, [start, end, word]) => {
      const from = segment.text.indexOf(word, places.length ? places[places.length - 1].to : 0);
      if (from >= 0) places.push({ start, end, from, to: from + word.length });
      return places;
    }, []);
    return segment.places;
  }
}
