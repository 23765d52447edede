/** Puts values into the page's address, so that it can be sent to somebody: `#t=12.5&q=tides`. */
function fragment(values) {
  const parameters = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of Object.entries(values)) {
    if (value === null) parameters.delete(name); else parameters.set(name, value);
  }
  const text = parameters.toString();
  try {
    history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
  } catch {
    // Some browsers let pages from a disk not do that; the page works without.
  }
}

class Page {
  constructor(run) {
    this.run = run;
    this.player = new Player(run, (position) => this.moved(position));
    this.timeline = new Timeline(run, (time, plays) => this.go(time, plays));
    this.transcript = new Transcript(run, (time, plays) => this.go(time, plays));
    this.search = new Search(run, this.transcript, this.timeline, (match, isStep) => this.showMatch(match, isStep));
    this.follows = true;
    this.point = -1;
    document.getElementById('length').textContent = ' / ' + clock(run.length);
    this.head();
    this.legend();
    this.aside();
    this.listen();
    this.measure();
    this.moved(0);
    this.readAddress();
  }

  // What there is

  head() {
    const { head, segments } = this.run;
    const words = segments.reduce((sum, { words: list }) => sum + (list ? list.length : 0), 0);
    const facts = [
      duration(head.duration), head.language, [head.provider, head.model].filter(Boolean).join(' '),
      head.calls === undefined ? '' : plural(head.calls, 'call', 'calls'),
      head.billed === undefined ? '' : duration(head.billed) + ' billed',
      words ? plural(words, 'word', 'words') : '',
      segments.some(({ estimated }) => estimated) ? 'times estimated' : '',
      head.warnings.length ? plural(head.warnings.length, 'warning', 'warnings') : '',
    ];
    document.getElementById('facts').append(...facts.filter(Boolean).map((fact) => make('li', '', fact)));
  }

  legend() {
    const { run } = this;
    const legend = document.getElementById('legend');
    const chip = (tag, kind, label) => {
      const element = make(tag, 'chip ' + kind);
      element.append(make('span', 'dot ' + kind), label);
      legend.append(element);
      return element;
    };
    chip('span', 'segment', plural(run.segments.length, 'segment', 'segments'));
    if (run.chunks.length) chip('span', 'chunk', plural(run.chunks.length, 'chunk', 'chunks'));
    for (const [kind, { one, many }] of Object.entries(KINDS)) {
      const items = [...run.findings, ...run.seams].filter((item) => item.kind === kind);
      if (!items.length) continue;
      const element = chip('button', kind, plural(items.length, one, many));
      element.type = 'button';
      element.title = 'Go to the next';
      element.addEventListener('click', () => {
        const next = items.find(({ start }) => start > this.timeline.position + 0.05) || items[0];
        this.goToItem(next);
      });
    }
  }

  aside() {
    const { run } = this;
    const aside = document.getElementById('aside');
    if (run.head.warnings.length) {
      const section = make('section', 'warnings');
      const list = make('ul');
      list.append(...run.head.warnings.map((warning) => make('li', '', warning)));
      section.append(make('h2', '', 'Warnings'), list);
      aside.append(section);
    }
    // A document of somebody else's tells nothing of these.
    if (!run.points.length && !run.chunks.length) return;
    const section = make('section', 'points');
    section.append(make('h2', '', 'To look at'));
    if (!run.points.length) section.append(make('p', '', 'Nothing: no gaps, nothing left out, and no seam that is in doubt.'));
    const list = make('ul');
    run.points.forEach((point, index) => {
      const { title, lines } = run.describe(point);
      const button = make('button', 'point');
      button.type = 'button';
      button.append(make('span', 'dot ' + point.kind), make('span', '', title), make('small', '', clock(point.start)), make('em', '', lines.join('; ')));
      button.addEventListener('click', () => this.goToPoint(index));
      const item = make('li', point.kind);
      item.append(button);
      list.append(item);
    });
    section.append(list);
    aside.append(section);
    this.pointButtons = [...list.querySelectorAll('button')];
  }

  // Where the reader is

  moved(position) {
    const index = this.run.segmentAt(position);
    // After its end a segment is no longer being said; the last one stays marked until the next begins, so that readers keep their place.
    this.timeline.show(position, index);
    const isOther = index !== this.transcript.current;
    this.transcript.show(index, position);
    document.getElementById('clock').textContent = clock(position);
    if (!this.player.isPlaying || !this.follows) return;
    if (!this.timeline.pointers.size) this.timeline.view.show(position, 0.9);
    if (isOther && index >= 0) this.transcript.reveal(this.transcript.rows[index], false);
  }

  go(time, plays) {
    this.player.seek(time, plays);
    this.timeline.view.show(time);
    const row = this.transcript.rows[this.run.segmentAt(time)];
    if (row) this.transcript.reveal(row, false);
    fragment({ t: String(Math.round(time * 100) / 100) });
  }

  goToItem(item) {
    this.go(item.start, this.player.isPlaying);
    for (const row of document.querySelectorAll('.finding.at')) row.classList.remove('at');
    const row = this.transcript.marks.get(item);
    row.classList.add('at');
    this.transcript.reveal(row, true);
  }

  goToPoint(index) {
    const { points } = this.run;
    if (!points.length) return;
    this.pointButtons[this.point]?.classList.remove('at');
    this.point = (index + points.length) % points.length;
    this.pointButtons[this.point].classList.add('at');
    this.goToItem(points[this.point]);
  }

  showMatch({ parts }, isStep) {
    const { segment } = parts[0];
    const { start } = this.run.segments[segment];
    // While the recording is heard, looking for something does not interrupt it.
    if (isStep && !this.player.isPlaying) this.player.seek(start, false);
    this.timeline.view.show(start);
    this.setFollows(this.follows && !this.player.isPlaying);
    this.transcript.reveal(this.transcript.rows[segment], false);
  }

  setFollows(follows) {
    this.follows = follows;
    document.getElementById('follow').setAttribute('aria-pressed', String(follows));
  }

  readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const time = Number.parseFloat(parameters.get('t'));
    const isTimed = Number.isFinite(time);
    if (isTimed) this.player.seek(time, false);
    if (parameters.has('q')) this.search.find(parameters.get('q'));
    // The place counts for more than the match that is nearest to it.
    if (isTimed) this.go(time, false);
  }

  // What the reader does

  measure() {
    document.documentElement.style.setProperty('--deck', deckHeight() + 'px');
  }

  listen() {
    const { view } = this.timeline;
    const on = (id, act) => document.getElementById(id).addEventListener('click', act);
    const middle = () => this.zoomCentre();
    on('in', () => view.zoom(0.6, middle()));
    on('out', () => view.zoom(1 / 0.6, middle()));
    on('whole', () => view.whole());
    on('follow', () => this.setFollows(!this.follows));
    on('help', () => document.getElementById('keys').showModal());
    // Whoever scrolls away while it plays wants to read elsewhere.
    const away = () => { if (this.player.isPlaying) this.setFollows(false); };
    window.addEventListener('wheel', (event) => { if (!event.target.closest('.picture')) away(); }, { passive: true });
    window.addEventListener('touchmove', away, { passive: true });
    window.addEventListener('hashchange', () => this.readAddress());
    window.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.measure()).observe(document.getElementById('deck'));
  }

  /** Zooming keeps the position where it is, if it is seen. */
  zoomCentre() {
    const { view, position } = this.timeline;
    return position >= view.start && position <= view.end ? position : view.start + view.span / 2;
  }

  key(event) {
    const { search, player, timeline: { view } } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById('keys').open) return;
    if (event.target === search.input) {
      // The first time it only goes to what is shown already.
      if (event.key === 'Enter') search.step(search.input.value !== search.query || search.isFresh ? 0 : event.shiftKey ? -1 : 1);
      else if (event.key === 'Escape') this.leaveSearch();
      else return;
      event.preventDefault();
      return;
    }
    const isButton = event.target.closest('button, input, label');
    // Buttons have these keys for themselves, but whoever has clicked on a time to listen stops with the space bar.
    if (isButton && (event.key === 'Enter' || (event.key === ' ' && !event.target.closest('.time')))) return;
    const position = player.position;
    const segment = (by) => {
      const index = Math.min(this.run.segments.length - 1, Math.max(0, this.run.segmentAt(position) + by));
      if (this.run.segments[index]) this.go(this.run.segments[index].start, player.isPlaying);
    };
    const acts = {
      ' ': () => player.toggle(), '/': () => search.input.select(), Enter: () => search.step(1),
      n: () => search.step(1), N: () => search.step(-1), Escape: () => this.leaveSearch(),
      ArrowLeft: () => this.go(position - 5, player.isPlaying), ArrowRight: () => this.go(position + 5, player.isPlaying),
      j: () => segment(1), k: () => segment(-1), p: () => this.goToPoint(this.point + 1),
      P: () => this.goToPoint(this.point < 0 ? -1 : this.point - 1),
      '<': () => player.faster(-1), '>': () => player.faster(1),
      '+': () => view.zoom(0.6, this.zoomCentre()), '=': () => view.zoom(0.6, this.zoomCentre()),
      '-': () => view.zoom(1 / 0.6, this.zoomCentre()), 0: () => view.whole(),
      f: () => this.setFollows(!this.follows), '?': () => document.getElementById('keys').showModal(),
    };
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  }

  leaveSearch() {
    this.search.find('');
    this.search.input.blur();
  }
}

const page = new Page(new Run(JSON.parse(document.getElementById('run').textContent)));
