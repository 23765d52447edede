/// How fast text goes by in a recording, as far as it has been audited.
///
/// Texts of all scripts are measured in the time that they take to say, so that one number serves a lecture in any
/// language, and two in one.
struct TextPace: Sendable, Hashable {
  /// Time for a letter at an easy pace: 14 in a second (two and a half words).
  private static let letter = Timeline.sampleRate / 14
  /// Time for a character that stands for a syllable: four and a half in a second.
  private static let syllable = Timeline.sampleRate * 2 / 9

  /// Stretches from which on the recording's own pace is known, and how long they are at the least (3 s that can be heard).
  private static let leastStretches = 5
  private static let leastAudible = 3 * Timeline.sampleRate
  /// Shares of the easy pace and of the recording's own below which text is too little: no speaker is as slow.
  private static let leastPace = 0.15
  private static let leastOfUsual = 0.4
  /// So many times a second answer has to agree that little is said, before as little is believed at once.
  private static let leastAgreements = 2
  /// How much less than what was agreed on is doubted again.
  private static let leastOfAgreed = 0.75

  /// What earlier stretches had of the easy pace, in order.
  private var shares: [Double] = []
  /// What those had where a second answer had no more than the first.
  private var agreed: [Double] = []

  /// The median of text by speech, as a share of the easy pace; `nil` as long as too little is known.
  var usual: Double? { shares.count < Self.leastStretches ? nil : shares[shares.count / 2] }

  /// The share of the easy pace below which text is too little.
  var least: Double {
    let least = max(Self.leastPace, (usual ?? 0) * Self.leastOfUsual)
    guard agreed.count >= Self.leastAgreements, let lowest = agreed.max() else { return least }
    return min(least, lowest * Self.leastOfAgreed)
  }

  /// Takes a stretch's text, as the time that it takes to say, and the time in which somebody can be heard in it.
  mutating func add(_ text: Int64, over audible: Int64) {
    guard audible >= Self.leastAudible else { return }
    let share = Double(text) / Double(audible)
    shares.insert(share, at: shares.firstIndex { $0 > share } ?? shares.count)
  }

  /// A second answer had no more than this share either.
  mutating func agree(on share: Double) { agreed.append(share) }

  /// The time that tokens take to say at an easy pace, in samples.
  static func time(_ tokens: some Sequence<Token>) -> Int64 {
    tokens.reduce(0) { $0 + ($1.isDense ? syllable : Int64($1.core.count) * letter) }
  }
}
