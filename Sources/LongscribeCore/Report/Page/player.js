const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/** The recording's sound, or without one only a position. */
class Player {
  /** @param moved Called with the position whenever it has changed. */
  constructor(run, moved) {
    this.run = run;
    this.moved = moved;
    this.sound = document.getElementById('sound');
    this.button = document.getElementById('play');
    this.pick = document.getElementById('pick');
    this.position = 0;
    this.isReady = this.sound.hasAttribute('src');
    this.pick.hidden = this.isReady;
    this.listen();
  }

  get isPlaying() { return this.isReady && !this.sound.paused; }

  listen() {
    const { sound, button } = this;
    sound.addEventListener('play', () => this.tick());
    for (const name of ['play', 'pause', 'ended']) {
      sound.addEventListener(name, () => {
        button.classList.toggle('on', this.isPlaying);
        button.setAttribute('aria-label', this.isPlaying ? 'Pause' : 'Play');
      });
    }
    sound.addEventListener('seeked', () => this.take());
    sound.addEventListener('timeupdate', () => this.take());
    sound.addEventListener('loadedmetadata', () => {
      notice('');
      if (this.position > 0) sound.currentTime = this.position;
    });
    sound.addEventListener('error', () => this.fail());
    button.addEventListener('click', () => this.toggle());
    document.getElementById('rate').addEventListener('click', () => this.faster(1, true));
    document.getElementById('file').addEventListener('change', (event) => this.open(event.target.files[0]));
  }

  open(file) {
    if (!file) return;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(file);
    this.isReady = true;
    this.sound.src = this.address;
    this.pick.classList.remove('wanted');
  }

  fail() {
    this.isReady = false;
    this.pick.hidden = false;
    this.pick.classList.add('wanted');
    this.button.classList.remove('on');
    notice('The recording cannot be played: it is not where it was when this page was made, or browsers do not play its kind. Choose its file, or one that “longscribe convert” has made of it.');
  }

  take() {
    // While the sound is not there yet, what was asked for counts.
    if (!this.isReady || this.sound.readyState === 0 || this.sound.seeking) return;
    this.position = this.sound.currentTime;
    this.moved(this.position);
  }

  tick() {
    if (!this.isPlaying) return;
    this.take();
    requestAnimationFrame(() => this.tick());
  }

  seek(time, plays) {
    this.position = Math.min(this.run.length, Math.max(0, time));
    if (this.isReady && this.sound.readyState > 0) this.sound.currentTime = this.position;
    this.moved(this.position);
    if (plays && this.isReady) this.play();
  }

  play() {
    // What cannot be played is told by the error's own event.
    this.sound.play().catch(() => {});
  }

  toggle() {
    if (!this.isReady) {
      this.pick.classList.add('wanted');
      notice(this.sound.error ? document.getElementById('notice').textContent : 'This page does not know its recording. Choose the file to hear it; it stays on this machine.');
      return;
    }
    if (this.isPlaying) this.sound.pause(); else this.play();
  }

  /** Another speed; at the end of the list back to its beginning if it goes round. */
  faster(by, isRound = false) {
    const place = RATES.indexOf(this.sound.playbackRate) + by;
    const rate = RATES[isRound ? place % RATES.length : Math.min(RATES.length - 1, Math.max(0, place))];
    this.sound.defaultPlaybackRate = this.sound.playbackRate = rate;
    document.getElementById('rate').textContent = rate + '×';
  }
}

/** Says something below the buttons; nothing to be quiet again. */
function notice(text) {
  const element = document.getElementById('notice');
  element.hidden = !text;
  element.textContent = text;
}
