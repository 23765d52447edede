/// A stretch of the recording in which somebody can be heard although the transcript has no text for it, or too little, or more than can be said.
public struct UncoveredStretch: Sendable, Hashable, Codable {
  /// What is wrong there.
  public enum Reason: String, Sendable, Hashable, Codable {
    /// No word lies there.
    case noText = "no_text"
    /// The text is a small part of what is said in such a time.
    case littleText = "little_text"
    /// Not even the fastest speaker can say the text in this time.
    case tooMuchText = "too_much_text"
  }

  /// Where it is in the recording.
  public var range: TimelineRange
  /// What is wrong there.
  public var reason: Reason
  /// Whether a second request that starts there was answered, and had no text for it either.
  public var askedAgain: Bool
  /// Whether it is as loud as the recording's speech and sounds like speech. If not, it may be music, laughter or
  /// applause, and nothing may be missing.
  public var isLikeSpeech: Bool

  /// A value with every part given.
  public init(range: TimelineRange, reason: Reason, askedAgain: Bool, isLikeSpeech: Bool) {
    self.range = range
    self.reason = reason
    self.askedAgain = askedAgain
    self.isLikeSpeech = isLikeSpeech
  }
}

extension Transcript {
  /// Places that a warning names; the JSON format lists all.
  static let mostPlaces = 5

  /// The stretches that lack text for what is likely speech.
  public var missing: [UncoveredStretch] { uncovered.filter(\.isLikeSpeech) }

  /// What the reader should know about speech that has no text.
  static func coverageWarnings(_ uncovered: [UncoveredStretch]) -> [Warning] {
    let missing = uncovered.filter(\.isLikeSpeech)
    func places(_ stretches: [UncoveredStretch]) -> String {
      let named = stretches.prefix(mostPlaces).map { TimeText.range($0.range) }
      let rest = stretches.count - named.count
      return named.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "")
    }
    let lacking = missing.filter { $0.reason != .tooMuchText }
    let crowded = missing.filter { $0.reason == .tooMuchText }
    var warnings: [Warning] = []
    if !lacking.isEmpty {
      let again = lacking.allSatisfy(\.askedAgain) ? ", and asking again gave none" : ""
      warnings.append(
        "somebody seems to speak where the transcript has no text or too little\(again): "
          + places(lacking))
    }
    if !crowded.isEmpty {
      warnings.append(
        "the transcript has more text than anybody can say in the time: \(places(crowded))")
    }
    return warnings
  }
}
