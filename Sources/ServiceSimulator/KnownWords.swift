import FoundationEssentials

/// The words of a reference recording and their exact times.
struct KnownWords: Sendable {
  struct Word: Sendable {
    /// Samples at 16 kHz from the beginning of the recording.
    let start: Int
    let end: Int
    /// With the punctuation after it.
    let text: String
  }

  /// In order of their starts.
  let words: [Word]

  /// Reads lines of start (seconds), TAB, end (seconds), TAB, text.
  init(path: String) throws(SimulatorError) {
    guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadableWords(path: path, line: nil)
    }
    var words: [Word] = []
    for (index, line) in content.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated() where !line.isEmpty
    {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count == 3, let start = Self.samples(columns[0]),
        let end = Self.samples(columns[1]), start < end, start >= words.last?.start ?? 0,
        !columns[2].isEmpty
      else {
        throw .unreadableWords(path: path, line: index + 1)
      }
      words.append(Word(start: start, end: end, text: String(columns[2])))
    }
    self.words = words
  }

  /// The indices of the words that lie in the range of samples, if only in part.
  func indices(in range: Range<Int>) -> Range<Int> {
    let first = Self.partition(words) { $0.end > range.lowerBound }
    let last = Self.partition(words) { $0.start >= range.upperBound }
    return first..<max(first, last)
  }

  /// The index of the first word for which the condition holds, which then holds for the rest.
  private static func partition(_ words: [Word], where condition: (Word) -> Bool) -> Int {
    var low = 0
    var high = words.count
    while low < high {
      let middle = (low + high) / 2
      if condition(words[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private static func samples(_ seconds: Substring) -> Int? {
    guard let value = Double(seconds), value >= 0, value < 1e9 else { return nil }
    return Int((value * Double(AudioInspector.sampleRate)).rounded())
  }
}
