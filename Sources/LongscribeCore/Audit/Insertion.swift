/// Puts the answer to a second request into the hole that it was made for.
///
/// # Note: Only into the hole
///
/// The text around a hole stays as it is, whatever the second answer says of it. Into a hole in time go the words that the second answer has strictly
/// between the hole's ends. The request's audio reaches a little beyond them, and times wobble, so the words at its edges may be
/// those before and after the hole: what repeats the neighbours word by word is left out.
///
/// Where the first answer has too little text in a stretch, nobody knows where in it the hole is. There the two answers are aligned. If the second
/// has nearly all that the first has, in the same order, the words between prove what the first left out, and those alone are inserted.
enum Insertion {
  /// Words of the neighbours that are compared with the edges (a second or two of them are in the audio).
  static let edge = 12
  /// Words at an edge that may be garbled before the ones that agree.
  private static let garbled = 2
  /// Share of the first answer's words that the second must have, in percent.
  private static let leastAgreement = 60
  /// With fewer words than this, and far fewer than the second answer, the first proves nothing and contradicts nothing.
  private static let few = 5
  /// Words that the second answer must have more than the first, where both have something else in between.
  private static let surplus = 4
  /// Words of each answer that are aligned at the most (twenty minutes).
  private static let most = 3000

  /// Where only segments have times, the first words of a hole may seem to lie before it (0.2 s).
  private static let segmentSlack = Timeline.sampleRate / 5

  /// A single word at an edge is the neighbour's only if it is nearer to the hole's end than a word's own middle could be: people do say a
  /// word twice.
  private static func nearEdge(_ quality: TimeQuality) -> Int64 {
    switch quality {
    case .words: Timeline.sampleRate / 10
    case .segments: Timeline.sampleRate * 6 / 10
    case .estimated: .max
    }
  }

  /// Inserts an answer into a hole without words.
  ///
  /// - Parameters:
  ///   - repair: The answer; its chunk owns the hole.
  ///   - place: The token of the part before which the hole is.
  ///   - around: The tokens before and after the part.
  /// - Returns: How many tokens went in.
  static func fill(
    _ part: inout PartText, with repair: ChunkText, at place: Int, around: Neighbours
  ) -> Int {
    let hole = repair.chunk.owned
    var kept = repair.tokens.indices
    if repair.quality != .estimated {
      let slack = repair.quality == .words ? 0 : segmentSlack
      let first = kept.first { repair.tokens[$0].middle >= hole.start - slack } ?? kept.upperBound
      let last = kept.last { repair.tokens[$0].middle < hole.end + slack } ?? first - 1
      kept = first..<max(first, last + 1)
    }
    let isTimed = repair.quality != .estimated
    let words = repair.tokens[kept].map(\.key)
    let before = around.before(place, of: part).map(\.key)
    let head = repeated(words, after: before, isTimed: isTimed)
    if let whole = wordCutOff(before, of: words) {
      kept = kept.dropFirst(whole)
    } else if head.length > 1
      || head.length == 1 && isAtEdge(kept.lowerBound + head.count - 1, of: repair)
    {
      kept = kept.dropFirst(head.count)
    }
    let tail = repeated(
      repair.tokens[kept].reversed().map(\.key),
      after: around.after(place, of: part).reversed().map(\.key), isTimed: isTimed)
    if tail.length > 1 || tail.length == 1 && isAtEdge(kept.upperBound - tail.count, of: repair) {
      kept = kept.dropLast(tail.count)
    }
    part.insert(kept, of: repair, at: place)
    return kept.count
  }

  /// The place of a word in a second answer of which the text before the hole ends with a piece, where its chunk ended. The piece stays: that text
  /// is final.
  private static func wordCutOff(_ before: [String], of words: [String]) -> Int? {
    guard let piece = before.last, let previous = before.dropLast().last else { return nil }
    let place = words.prefix(edge).indices.dropFirst().first { words[$0 - 1] == previous }
    guard let place, words[place] != piece, words[place].hasPrefix(piece) else { return nil }
    return place
  }

  private static func isAtEdge(_ index: Int, of repair: ChunkText) -> Bool {
    let middle = repair.tokens[index].middle
    let hole = repair.chunk.owned
    return min(middle - hole.start, hole.end - middle) < nearEdge(repair.quality)
  }

  /// The tokens before and after a part of the transcript.
  struct Neighbours {
    var previous: [Token]
    var following: [Token]

    func before(_ place: Int, of part: PartText) -> [Token] {
      Array((previous.suffix(edge) + part.tokens[..<place].suffix(edge)).suffix(edge))
    }

    func after(_ place: Int, of part: PartText) -> [Token] {
      Array((part.tokens[place...].prefix(edge) + following.prefix(edge)).prefix(edge))
    }
  }

  /// How many words at the start of a text are those that the text before it ends with, a garbled one or two before them included, and how
  /// many of them agree.
  ///
  /// - Parameter isTimed: Whether a single word that agrees can be held against its time, so that there may be a garbled one before it.
  private static func repeated(
    _ words: [String], after before: [String], isTimed: Bool
  ) -> (count: Int, length: Int) {
    for length in (1...edge).reversed() where length <= before.count {
      let most = min(garbled, isTimed ? length : length - 1)
      for lead in 0...most where lead + length <= words.count {
        if words[lead..<lead + length].elementsEqual(before.suffix(length)) {
          return (lead + length, length)
        }
      }
    }
    return (0, 0)
  }

  /// Inserts what answers have beyond the tokens of a stretch.
  ///
  /// - Parameters:
  ///   - stretch: The tokens that are too few.
  ///   - repairs: The answers, in order; together they own the stretch.
  ///   - around: The tokens before and after the part.
  /// - Returns: How many tokens went in; `nil` if the answers do not prove what is missing.
  static func complete(
    _ part: inout PartText, in stretch: Range<Int>, with repairs: [ChunkText], around: Neighbours
  ) -> Int? {
    let again = repairs.indices.flatMap { number in
      repairs[number].tokens.indices.map { (repair: number, token: $0) }
    }
    let said = part.tokens[stretch].map(\.key)
    let keys = again.map { repairs[$0.repair].tokens[$0.token].key }
    guard said.count <= most, keys.count <= most else { return nil }
    let pairs = common(said, keys)
    let isProved = pairs.count * 100 >= said.count * leastAgreement
    guard isProved || said.count < few && said.count * few <= keys.count else { return nil }
    let head = repeated(
      keys, after: around.before(stretch.lowerBound, of: part).map(\.key), isTimed: false
    ).count
    let tail = repeated(
      keys.reversed(), after: around.after(stretch.upperBound, of: part).reversed().map(\.key),
      isTimed: false
    ).count
    // Without proof the first answer's few words stay where they are, before the others.
    let anchors = [(said: -1, again: head - 1)] + (isProved ? pairs : [])
    var inserted = 0
    var next = (said: said.count, again: keys.count - tail)
    for anchor in anchors.reversed() {
      let old = next.said - anchor.said - 1
      let new = max(0, anchor.again + 1)..<max(0, anchor.again + 1, next.again)
      if old == 0 || !isProved || new.count >= old + surplus {
        for (number, repair) in repairs.enumerated().reversed() {
          let own = new.filter { again[$0].repair == number }.map { again[$0].token }
          guard let first = own.first, let last = own.last else { continue }
          part.insert(first..<last + 1, of: repair, at: stretch.lowerBound + next.said)
        }
        inserted += new.count
      }
      next = anchor
    }
    return inserted
  }

  /// The longest sequence of words that two texts have in common.
  private static func common(_ a: [String], _ b: [String]) -> [(said: Int, again: Int)] {
    let width = b.count + 1
    var length = [UInt16](repeating: 0, count: (a.count + 1) * width)
    for row in a.indices.reversed() {
      for column in b.indices.reversed() {
        let cell = row * width + column
        length[cell] =
          a[row] == b[column]
          ? length[cell + width + 1] + 1 : max(length[cell + width], length[cell + 1])
      }
    }
    var pairs: [(said: Int, again: Int)] = []
    var row = 0
    var column = 0
    while row < a.count, column < b.count {
      let cell = row * width + column
      if a[row] == b[column] {
        pairs.append((row, column))
        row += 1
        column += 1
      } else if length[cell + width] >= length[cell + 1] {
        row += 1
      } else {
        column += 1
      }
    }
    return pairs
  }
}
