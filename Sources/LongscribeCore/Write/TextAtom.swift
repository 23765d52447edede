/// The smallest piece of text that a line can end after: a word with its marks, or a character of a script without spaces.
struct TextAtom: Sendable {
  /// Without white space.
  var text: String
  /// Whether white space stands before it.
  var followsSpace: Bool
  /// When it is said.
  var range = TimelineRange(0, 0)
  /// The share of a line that it takes, in parts of `AtomMaker.line`.
  var width: Int64
  /// The same for the space before it.
  var spaceWidth: Int64
  /// How long it takes to read it with the space before it, in samples.
  var reading: Int64
  /// 1 for a word of a script with spaces, else 0.
  var words = 0
  /// Whether something in it is said: marks that stand alone are not.
  var isSpoken: Bool
  /// What a break after it costs.
  var breakCost = BreakRules.Cost.insideWord
  /// Whether it ends a sentence.
  var endsSentence = false
  /// Whether it begins a segment.
  var beginsSegment = false
}

/// Cuts segments into atoms and gives each its time.
struct AtomMaker {
  /// A whole line. What a column takes of it is rounded down, and still lines of up to 30,000 columns are full where they should be.
  static let line: Int64 = 1_000_000_000

  private let rules: BreakRules
  private let isJapanese: Bool
  private let columnShares: [SubtitleStyle.Script: Int64]
  private let readingTimes: [SubtitleStyle.Script: Int64]
  private var times: SegmentTimes
  /// The segment before, as far as it decides whether a space stands between the two.
  private var previous: (text: String, endsWithSpace: Bool)?

  init(style: SubtitleStyle, language: String?, times: SegmentTimes) {
    rules = BreakRules(language: language)
    let language = language?.lowercased() ?? ""
    isJapanese = language == "ja" || language.hasPrefix("ja-") || language == "japanese"
    self.times = times
    var columnShares: [SubtitleStyle.Script: Int64] = [:]
    var readingTimes: [SubtitleStyle.Script: Int64] = [:]
    for script in SubtitleStyle.Script.allCases {
      columnShares[script] = style.lineWidth(of: script).map { Self.line / Int64(max(1, $0)) }
      readingTimes[script] = (style.measures[script]?.readingSpeed).map {
        Timeline.sampleRate / Int64(max(1, $0))
      }
    }
    self.columnShares = columnShares
    self.readingTimes = readingTimes
  }

  /// The atoms of the next segment; none if it has no text.
  mutating func atoms(of segment: TranscriptSegment) -> [TextAtom] {
    let text = CueText.clean(segment.text)
    guard !text.isEmpty else { return [] }
    let tokens = Tokenizer.tokens(of: text, segment: 0)
    let clock = times.clock(of: segment, tokens)
    var atoms = atoms(of: Array(text), tokens)
    var position = 0
    for index in atoms.indices {
      let end = position + atoms[index].text.utf8.count
      atoms[index].range = clock.range(of: position..<end)
      position = end
    }
    atoms[0].beginsSegment = true
    if let previous,
      previous.endsWithSpace || Joining.separator(between: previous.text, and: text) == " "
    {
      atoms[0].followsSpace = true
      atoms[0].reading += readingTimes[.other] ?? 0
    }
    previous = (text, segment.endsWithSpace)
    return atoms
  }

  /// The atoms of a text that is nobody's speech.
  func atoms(ofNote text: String) -> [TextAtom] {
    let text = CueText.clean(text)
    return atoms(of: Array(text), Tokenizer.tokens(of: text, segment: 0))
  }

  private func atoms(of characters: [Character], _ tokens: [Token]) -> [TextAtom] {
    let marks = PauseMark.marks(of: tokens)
    let isJapanese =
      isJapanese || characters.contains { SubtitleStyle.Script($0) == .japanese }
    var atoms: [TextAtom] = []
    // Bytes that are no white space, up to the end of the atom and of the token.
    var written = 0
    var token = 0
    var tokenEnd = tokens.first.map(TextClock.bytes) ?? 0
    var start = 0
    while start < characters.count {
      let followsSpace = characters[start].isWhitespace
      if followsSpace { start += 1 }
      var end = start + 1
      while end < characters.count, !characters[end].isWhitespace,
        !BreakRules.canPart(characters[end - 1], characters[end])
      {
        end += 1
      }
      let piece = characters[start..<min(end, characters.count)]
      written += piece.reduce(0) { $0 + $1.utf8.count }
      while tokenEnd < written, token + 1 < tokens.count {
        token += 1
        tokenEnd += TextClock.bytes(tokens[token])
      }
      let mark = tokenEnd == written && token < marks.count ? marks[token] : .none
      let rest = characters[min(end, characters.count)...]
      let hasSpace = rest.first?.isWhitespace ?? false
      append(piece, followsSpace, isJapanese, to: &atoms)
      atoms[atoms.count - 1].endsSentence = mark >= .sentence
      atoms[atoms.count - 1].breakCost =
        rest.isEmpty && mark == .none
        ? BreakRules.Cost.segment
        : rules.cost(
          between: piece, and: hasSpace ? rest.dropFirst() : rest, mark: mark, hasSpace: hasSpace)
      start = end
    }
    return atoms
  }

  /// Signs that SubRip shows in their full-width forms.
  private static let shownWide: Set<Character> = ["<", ">", "{", "}"]
  /// The selector that turns a sign into an emoji.
  private static let emojiSelector: Unicode.Scalar = "\u{FE0F}"

  /// Columns of a character in a subtitle.
  private static func columns(_ character: Character) -> Int {
    if character.isASCII { return shownWide.contains(character) ? 2 : 1 }
    return character.unicodeScalars.contains(emojiSelector) ? 2 : DisplayWidth.of(character)
  }

  /// Adds a piece of text as one atom, or as several where it is longer than a line.
  private func append(
    _ piece: ArraySlice<Character>, _ followsSpace: Bool, _ isJapanese: Bool,
    to atoms: inout [TextAtom]
  ) {
    let column = columnShares[.other] ?? 0
    let blink = readingTimes[.other] ?? 0
    func empty(_ followsSpace: Bool) -> TextAtom {
      TextAtom(
        text: "", followsSpace: followsSpace, width: 0, spaceWidth: column,
        reading: followsSpace ? blink : 0, isSpoken: false)
    }
    var atom = empty(followsSpace)
    // A word that is longer than a line counts once.
    var isCounted = false
    for character in piece {
      var script = SubtitleStyle.Script(character)
      if script == .chinese, isJapanese { script = .japanese }
      let width = Int64(Self.columns(character)) * (columnShares[script] ?? 0)
      if atom.width + width > Self.line, !atom.text.isEmpty {
        atoms.append(atom)
        atom = empty(false)
      }
      atom.text.append(character)
      atom.width += width
      atom.reading += readingTimes[script] ?? 0
      guard Script.isWordPart(character) else { continue }
      atom.isSpoken = true
      if !isCounted, !Script.isDense(character) {
        atom.words = 1
        isCounted = true
      }
    }
    atoms.append(atom)
  }
}
