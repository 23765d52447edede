/** Rows that the browser lays out together, or not at all while they are far from what is seen. */
const BLOCK = 60;

function make(tag, names, text) {
  const element = document.createElement(tag);
  if (names) element.className = names;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The text, with what is to be said about it at its places. */
class Transcript {
  /** @param go Called with a time and whether to play from there. */
  constructor(run, go) {
    this.run = run;
    this.go = go;
    this.root = document.getElementById('text');
    this.rows = [];
    this.marks = new Map();
    this.current = -1;
    const language = run.head.language || '';
    if (/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language)) this.root.lang = language;
    this.build();
    this.root.addEventListener('click', (event) => this.click(event));
  }

  build() {
    const { run } = this;
    const items = [
      ...run.segments.map((segment, index) => ({ at: segment.start, order: 2, row: () => this.segment(segment, index) })),
      ...run.findings.map((finding) => ({ at: finding.start, order: 1, row: () => this.finding(finding) })),
      ...run.seams.map((seam) => ({ at: this.placeOf(seam), order: 0, row: () => this.seam(seam) })),
    ].sort((left, right) => left.at - right.at || left.order - right.order);
    for (let first = 0; first < items.length; first += BLOCK) {
      const block = make('div', 'block');
      block.append(...items.slice(first, first + BLOCK).map(({ row }) => row()));
      this.root.append(block);
    }
    if (!run.segments.length) this.root.prepend(make('p', 'none', 'There is no text.'));
  }

  /** A seam is shown before the first segment of its chunk, which may begin a little before the cut. */
  placeOf(seam) {
    const index = Math.max(0, this.run.segmentAt(seam.at) - 1);
    const segment = this.run.segments.slice(index, index + 3).find(({ chunk }) => chunk === seam.chunk);
    return segment ? Math.min(segment.start, seam.at) : seam.at;
  }

  segment(segment, index) {
    const row = make('div', segment.estimated ? 'row guess' : 'row');
    row.dataset.segment = index;
    const time = make('button', 'time', clock(segment.start));
    time.type = 'button';
    time.tabIndex = -1;
    const text = make('p', '', segment.text);
    text.dir = 'auto';
    row.append(time, text);
    this.rows[index] = row;
    return row;
  }

  finding(finding) {
    const row = make('div', 'finding ' + finding.kind);
    row.dataset.time = finding.start;
    const { title, lines } = this.run.describe(finding);
    const said = make('p', 'said');
    said.append(make('b', '', title), ' ' + duration(finding.end - finding.start));
    if (finding.kind === 'dropped') {
      said.replaceChildren(make('b', '', title), ' ', make('q', '', finding.text), lines.length > 1 ? ' — ' + lines[1] : '');
    } else if (lines.length) {
      said.append(': ' + lines.join('; '));
    }
    row.append(make('span', 'time', clock(finding.start)), said);
    this.marks.set(finding, row);
    return row;
  }

  seam(seam) {
    const row = make('div', 'seam' + (this.run.isUnsure(seam) ? ' unsure' : ''));
    const { title, lines } = this.run.describe(seam);
    row.title = title + ': ' + lines.join(', ');
    row.append(make('span', 'dot ' + seam.kind), make('span', 'rule', this.run.isUnsure(seam) ? title.toLowerCase() + ': ' + lines.join(', ') : title.toLowerCase()));
    this.marks.set(seam, row);
    return row;
  }

  click(event) {
    const finding = event.target.closest('[data-time]');
    if (finding) {
      this.go(Number(finding.dataset.time), true);
      return;
    }
    const row = event.target.closest('[data-segment]');
    // Whoever marks text does not mean to listen.
    if (!row || !window.getSelection().isCollapsed) return;
    const index = Number(row.dataset.segment);
    this.go(this.wordAt(index, event) ?? this.run.segments[index].start, true);
  }

  /** When the word under the pointer begins, if that is known. */
  wordAt(index, event) {
    const words = this.run.wordsOf(index);
    if (!words.length || !event.target.closest('p')) return null;
    let offset = null;
    if (document.caretPositionFromPoint) {
      offset = document.caretPositionFromPoint(event.clientX, event.clientY)?.offset;
    } else if (document.caretRangeFromPoint) {
      offset = document.caretRangeFromPoint(event.clientX, event.clientY)?.startOffset;
    }
    if (offset === null || offset === undefined) return null;
    return words.find(({ from, to }) => from <= offset && offset <= to)?.start ?? null;
  }

  /** Marks the segment that is being said, and its word. */
  show(index, time) {
    if (index !== this.current) {
      this.rows[this.current]?.classList.remove('now');
      this.rows[index]?.classList.add('now');
      this.current = index;
    }
    const word = index < 0 ? null : this.run.wordsOf(index).find(({ start, end }) => start <= time && time < end);
    if (word === this.word) return;
    this.word = word;
    highlight('word', word ? [this.range(index, word.from, word.to)] : []);
  }

  /** A stretch of a segment's text in the page. */
  range(index, from, to) {
    const text = this.rows[index].lastChild.firstChild;
    const range = new Range();
    range.setStart(text, from);
    range.setEnd(text, to);
    return range;
  }

  /** Brings a row to where it can be read, unless it is there. */
  reveal(row, isForced) {
    const box = row.getBoundingClientRect();
    const top = deckHeight() + 12;
    if (!isForced && box.top >= top && box.bottom <= window.innerHeight - 40) return;
    window.scrollBy(0, box.top - top - (window.innerHeight - top) * 0.28);
    // Rows that had not been laid out were only guessed at; now they are.
    const after = row.getBoundingClientRect();
    if (after.top < top || after.bottom > window.innerHeight) window.scrollBy(0, after.top - top - (window.innerHeight - top) * 0.28);
  }
}

/** The part of the window that the timeline covers. */
function deckHeight() {
  const deck = document.getElementById('deck');
  return getComputedStyle(deck).position === 'sticky' ? deck.offsetHeight : 0;
}

/** Colours stretches of text without touching the document, where the browser can. */
function highlight(name, ranges) {
  if (!window.CSS || !CSS.highlights || !window.Highlight) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges)); else CSS.highlights.delete(name);
}
