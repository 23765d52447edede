/// The words of one subtitle, line by line.
struct CueWords: Sendable {
  private struct Word {
    var text: String
    var followsSpace: Bool
    var start: Int64
    /// The word that is said with it: marks that stand alone, and the rest of a word that is longer than a line, have none of their own.
    var group: Int
  }

  private var rows: [[Word]] = []
  private var groups = 0

  /// - Parameter lines: None of them is empty.
  init(_ lines: [ArraySlice<TextAtom>]) {
    var goesOn = false
    for line in lines {
      rows.append(
        line.map { atom in
          let isDense = atom.text.contains(where: Script.isDense)
          if atom.isSpoken, !goesOn, atom.words > 0 || isDense || groups == 0 { groups += 1 }
          goesOn = atom.breakCost == BreakRules.Cost.insideWord
          return Word(
            text: atom.text, followsSpace: atom.followsSpace, start: atom.range.start,
            group: max(0, groups - 1))
        })
    }
  }

  /// The lines, with no word underlined.
  var lines: [[Cue.Span]] {
    rows.map { row in [Cue.Span(text: Self.text(row[...]), isHighlighted: false)] }
  }

  /// A cue for each word in turn, in which it is underlined. Each begins with its word and ends with the next.
  func highlighted(in range: TimelineRange) -> [Cue] {
    let count = max(1, groups)
    var starts = [Int64](repeating: range.start, count: count)
    for word in rows.joined().reversed() { starts[word.group] = word.start }
    let least = max(1, min(CueTiming.shortest, range.length / Int64(count)))
    starts[0] = range.start
    for index in starts.indices.dropFirst() {
      let latest = range.end - Int64(count - index) * least
      starts[index] = min(latest, max(starts[index], starts[index - 1] + least))
    }
    return starts.indices.map { index in
      let end = index + 1 < count ? starts[index + 1] : range.end
      return Cue(
        range: TimelineRange(starts[index], end), lines: rows.map { Self.spans($0, index) },
        isGap: false)
    }
  }

  private static func spans(_ row: [Word], _ group: Int) -> [Cue.Span] {
    let from = row.firstIndex { $0.group == group } ?? row.endIndex
    let to = row[from...].firstIndex { $0.group != group } ?? row.endIndex
    var spans: [Cue.Span] = []
    func add(_ part: Range<Int>, _ isHighlighted: Bool) {
      guard let first = row[part].first else { return }
      if part.lowerBound > 0, first.followsSpace {
        spans.append(Cue.Span(text: " ", isHighlighted: false))
      }
      spans.append(Cue.Span(text: text(row[part]), isHighlighted: isHighlighted))
    }
    add(0..<from, false)
    add(from..<to, true)
    add(to..<row.endIndex, false)
    return spans
  }

  private static func text(_ words: ArraySlice<Word>) -> String {
    var text = ""
    for word in words {
      if word.followsSpace, !text.isEmpty { text += " " }
      text += word.text
    }
    return text
  }
}
