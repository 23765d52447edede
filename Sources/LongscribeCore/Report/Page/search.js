/** Most matches that are coloured; more are counted and can be gone to all the same. */
const MOST_COLOURED = 5000;

/** A text without what should not matter in a search: case, accents, width, runs of white space. `places[i]` is where character i came from. */
function folded(text) {
  let result = '';
  const places = [];
  let offset = 0;
  for (const character of text) {
    const plain = /\s/.test(character) ? ' ' : character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    if (plain !== ' ' || (result && !result.endsWith(' '))) {
      for (let index = 0; index < plain.length; index += 1) places.push(offset);
      result += plain;
    }
    offset += character.length;
  }
  places.push(offset);
  return { text: result, places };
}

/** Whether scripts are written without spaces at this end. */
const isDense = (character) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\u3000-\u303f\uff00-\uffef]/u.test(character || '');

/** Finds text, in one segment or across the border of two. */
class Search {
  /** @param show Called with a match that is to be seen. */
  constructor(run, transcript, timeline, show) {
    Object.assign(this, { run, transcript, timeline, show });
    this.matches = [];
    this.at = -1;
    this.query = '';
    this.input = document.getElementById('query');
    this.count = document.getElementById('count');
    this.buttons = [document.getElementById('previous'), document.getElementById('next')];
    this.input.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.find(this.input.value), 120);
    });
    this.buttons[0].addEventListener('click', () => this.step(-1));
    this.buttons[1].addEventListener('click', () => this.step(1));
  }

  /** All texts as one, made when it is first needed. */
  get index() {
    if (this.made) return this.made;
    const starts = [];
    const parts = [];
    let length = 0;
    let last = '';
    this.run.segments.forEach((segment, number) => {
      const { text, places } = folded(segment.text);
      const separator = number && !isDense(last) && !isDense(text[0]) ? ' ' : '';
      length += separator.length;
      starts.push(length);
      parts.push(separator, text);
      length += text.length;
      last = text.slice(-1) || last;
      segment.foldedPlaces = places;
    });
    this.made = { text: parts.join(''), starts };
    return this.made;
  }

  find(query) {
    clearTimeout(this.timer);
    if (query === this.query) return;
    this.query = query;
    if (this.input.value !== query) this.input.value = query;
    const wanted = folded(query).text.trim();
    this.matches = wanted ? this.all(wanted) : [];
    // The first at or after where the reader is.
    const position = this.timeline.position;
    const next = this.matches.findIndex(({ parts }) => this.run.segments[parts[0].segment].end >= position);
    this.at = this.matches.length ? Math.max(0, next) : -1;
    this.isFresh = true;
    this.mark();
    if (this.at >= 0) this.show(this.matches[this.at], false);
    fragment({ q: query || null });
  }

  all(wanted) {
    const { text, starts } = this.index;
    const matches = [];
    for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
      const to = from + wanted.length;
      const parts = [];
      for (let segment = lastUpTo(starts, from, (start) => start); segment < starts.length && starts[segment] < to; segment += 1) {
        const { foldedPlaces: places } = this.run.segments[segment];
        const first = Math.max(0, from - starts[segment]);
        const last = Math.min(places.length - 1, to - starts[segment]);
        if (first < last) parts.push({ segment, from: places[first], to: this.endOf(places, last) });
      }
      if (parts.length) matches.push({ parts });
    }
    return matches;
  }

  /** Marks and accents after the last letter belong to it; a letter that gave several is taken whole. */
  endOf(places, last) {
    let end = last;
    while (end < places.length - 1 && places[end] === places[last - 1]) end += 1;
    return places[end];
  }

  step(by) {
    this.find(this.input.value);
    this.isFresh = false;
    if (!this.matches.length) return;
    this.at = (this.at + by + this.matches.length) % this.matches.length;
    this.mark();
    this.show(this.matches[this.at], true);
  }

  mark() {
    const { transcript, matches } = this;
    for (const index of this.timeline.hits) transcript.rows[index].classList.remove('hit', 'at');
    const hits = new Set(matches.flatMap(({ parts }) => parts.map(({ segment }) => segment)));
    for (const index of hits) transcript.rows[index].classList.add('hit');
    const ranges = (list) => list.flatMap(({ parts }) => parts.map(({ segment, from, to }) => transcript.range(segment, from, to)));
    const current = matches[this.at];
    highlight('found', ranges(matches.slice(0, MOST_COLOURED).filter((match) => match !== current)));
    highlight('found-now', current ? ranges([current]) : []);
    if (current) transcript.rows[current.parts[0].segment].classList.add('at');
    this.timeline.hits = hits;
    this.timeline.draw();
    const number = (value) => value.toLocaleString('en');
    this.count.textContent = current ? number(this.at + 1) + ' of ' + number(matches.length) : this.query.trim() ? 'not found' : '';
    for (const button of this.buttons) button.disabled = !current;
  }
}
