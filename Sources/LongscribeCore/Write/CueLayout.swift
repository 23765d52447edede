/// Turns a transcript into cues that every format can hold.
///
/// Cues are in order, never overlap, last at least a millisecond, and have text without control characters. Together they say what the
/// segments say, nothing twice. Gaps become cues of their own, so that no format hides them.
package struct CueLayout {
  private let style: SubtitleStyle
  private let envelope: Envelope

  /// After so many atoms a run of speech ends with a sentence, and after four times as many with a segment, so that memory does not
  /// grow with the recording.
  private static let mostAtoms = 500

  /// A layout.
  ///
  /// - Parameter envelope: The recording's loudness, which tells when words are said where the service does not; it may be empty.
  package init(_ style: SubtitleStyle, envelope: Envelope = Envelope()) {
    self.style = style
    self.envelope = envelope
  }

  /// The cues of segments and gaps as they are: one for each.
  package static func bare(segments: [TranscriptSegment], gaps: [TranscriptGap]) -> [Cue] {
    var cues: [Cue] = []
    forEach(segments, gaps) { entry in
      switch entry {
      case .gap(let gap): cues.append(Cue(range: gap.range, text: note(of: gap), isGap: true))
      case .segment(let segment):
        let text = CueText.clean(segment.text)
        if !text.isEmpty { cues.append(Cue(range: segment.range, text: text, isGap: false)) }
      }
    }
    for (index, range) in CueTiming.separated(cues.map(\.range)).enumerated() {
      cues[index].range = range
    }
    return cues
  }

  /// The cues of a transcript.
  package func cues(_ transcript: Transcript) -> [Cue] {
    if style.isBare { return Self.bare(segments: transcript.segments, gaps: transcript.gaps) }
    var run = Run(style, transcript, envelope)
    Self.forEach(transcript.segments, transcript.gaps) { entry in
      switch entry {
      case .gap(let gap): run.add(gap, Self.note(of: gap))
      case .segment(let segment): run.add(segment)
      }
    }
    return run.finish()
  }

  private enum Entry {
    case segment(TranscriptSegment)
    case gap(TranscriptGap)
  }

  /// Segments and gaps in the order of their starts.
  private static func forEach(
    _ segments: [TranscriptSegment], _ gaps: [TranscriptGap], _ take: (Entry) -> Void
  ) {
    var gaps = gaps[...]
    for segment in segments {
      while let next = gaps.first, next.range.start <= segment.range.start {
        take(.gap(next))
        gaps = gaps.dropFirst()
      }
      take(.segment(segment))
    }
    for gap in gaps { take(.gap(gap)) }
  }

  /// What a gap says.
  private static func note(of gap: TranscriptGap) -> String {
    "[not transcribed: \(CueText.clean(gap.failure.message))]"
  }

  /// What is gathered while a transcript is gone through.
  private struct Run {
    /// A cue before it is known when it is shown.
    private struct Draft {
      var timed: CueTiming.Timed
      var words: CueWords
    }

    private let style: SubtitleStyle
    private let length: Int64
    private let lines: LineDivision
    private let division: CueDivision
    private var maker: AtomMaker
    /// Text that is not divided yet.
    private var atoms: [TextAtom] = []
    private var drafts: [Draft] = []

    init(_ style: SubtitleStyle, _ transcript: Transcript, _ envelope: Envelope) {
      self.style = style
      length = transcript.length
      lines = LineDivision(style)
      division = CueDivision(style, lines)
      maker = AtomMaker(
        style: style, language: transcript.language,
        times: SegmentTimes(transcript, envelope: envelope))
    }

    mutating func add(_ gap: TranscriptGap, _ note: String) {
      divide(until: gap.range.start)
      // All of it, whatever the number of lines: the reason is worth more than the form.
      let atoms = maker.atoms(ofNote: note)
      let lines = lines.lines(of: atoms.indices, atoms, LineDivision.Sums(atoms))
      drafts.append(
        Draft(
          timed: CueTiming.Timed(range: gap.range, reading: 0, isGap: true),
          words: CueWords(lines.map { atoms[$0] })))
    }

    mutating func add(_ segment: TranscriptSegment) {
      let next = maker.atoms(of: segment)
      guard let first = next.first else { return }
      if let last = atoms.last {
        let pause = first.range.start - last.range.end
        let most = last.endsSentence ? CueLayout.mostAtoms : 4 * CueLayout.mostAtoms
        if style.keepsSegments || pause >= CueDivision.longPause || atoms.count >= most {
          divide(until: first.range.start)
        }
      }
      atoms += next
    }

    /// Divides the text so far.
    private mutating func divide(until limit: Int64) {
      let sums = LineDivision.Sums(atoms)
      for cue in division.cues(of: atoms, until: limit, sums) {
        let members = atoms[cue]
        let start = members.first?.range.start ?? 0
        let end = members.reduce(start) { max($0, $1.range.end) }
        let reading = members.reduce(0) { $0 + $1.reading }
        drafts.append(
          Draft(
            timed: CueTiming.Timed(
              range: TimelineRange(start, end), reading: reading, isGap: false),
            words: CueWords(lines.lines(of: cue, atoms, sums).map { atoms[$0] })))
      }
      atoms = []
    }

    mutating func finish() -> [Cue] {
      divide(until: max(length, atoms.last?.range.end ?? 0))
      let ranges = CueTiming(style, length: length).show(drafts.map(\.timed))
      var cues: [Cue] = []
      cues.reserveCapacity(drafts.count)
      for (draft, range) in zip(drafts, ranges) {
        if style.highlightsWords, !draft.timed.isGap {
          cues += draft.words.highlighted(in: range)
        } else {
          cues.append(
            Cue(range: range, lines: draft.words.lines, isGap: draft.timed.isGap))
        }
      }
      return cues
    }
  }
}
