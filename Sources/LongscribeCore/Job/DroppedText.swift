/// Text that a recogniser gave and that was left out, because nobody can have said it.
public struct DroppedText: Sendable, Hashable, Codable {
  /// Why it was left out. Each time there is a second witness: the recording's loudness shows no speech there, or another answer
  /// had nothing there.
  public enum Reason: String, Sendable, Hashable, Codable {
    /// Recognisers are known to invent this phrase in silence.
    case knownInvention = "known_invention"
    /// The recogniser itself found it unlikely.
    case doubtedByRecognizer = "doubted_by_recognizer"
    /// At the end of a chunk: it begins after the last sound, or repeats what was said for longer than there is sound.
    case impossibleRate = "impossible_rate"
  }

  /// Where the recogniser placed it in the recording: the whole chunk if it named no time.
  public var range: TimelineRange
  /// The text as it came.
  public var text: String
  /// The chunk it came from.
  public var chunk: Int
  /// Why it was left out.
  public var reason: Reason

  /// A value with every part given.
  public init(range: TimelineRange, text: String, chunk: Int, reason: Reason) {
    self.range = range
    self.text = text
    self.chunk = chunk
    self.reason = reason
  }
}

extension Transcript {
  /// What the reader should know about text that was left out, and about text that repeats itself.
  static func textWarnings(_ parts: [TranscriptPart], chunks: [Chunk]) -> [Warning] {
    var warnings: [Warning] = []
    let dropped = parts.reduce(0) { $0 + $1.dropped.count }
    if dropped > 0 {
      let phrases = dropped == 1 ? "1 phrase" : "\(dropped) phrases"
      warnings.append(
        "\(phrases) that nobody can have said left out; the JSON format lists them")
    }
    let open = parts.compactMap(\.seam).filter { $0.method == .unverified }
    if !open.isEmpty {
      let places = open.prefix(mostPlaces).map { TimeText.clock($0.position) }
        .joined(separator: ", ")
      let more = open.count > mostPlaces ? ", and \(open.count - mostPlaces) more" : ""
      warnings.append(
        "nothing proves what both chunks say where they meet, so words may be doubled there: "
          + places + more)
    }
    for part in parts {
      guard let loop = EndLoop(endOf: part.segments) else { continue }
      let place = chunks.first { $0.index == part.chunk }.map { " (\(TimeText.range($0.owned)))" }
      warnings.append(
        "chunk \(part.chunk + 1)\(place ?? "") ends with \"\(loop.phrase)\" \(loop.count) times over; "
          + "the recogniser may have lost the thread there")
    }
    return warnings
  }
}
