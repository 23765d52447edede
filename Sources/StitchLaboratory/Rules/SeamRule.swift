package import LongscribeCore

/// Two neighbouring chunks as a recogniser heard them.
package struct SeamPair: Sendable {
  /// The chunk before the seam.
  package let left: Hearing
  /// The chunk after it.
  package let right: Hearing
  /// The recording.
  package let speech: KnownSpeech

  /// What both chunks contain.
  package var overlap: TimelineRange { left.chunk.audio.intersection(right.chunk.audio) }
  /// The language.
  var language: SpokenLanguage { speech.language }
}

/// A way to make one text of two chunks' answers.
package protocol SeamRule: Sendable {
  /// What it is called in tables.
  var name: String { get }
  /// The text that it makes; `nil` if it cannot work with such answers.
  func text(of pair: SeamPair, as form: AnswerForm) -> String?
}

/// A rule that takes the beginning of one list of words and the ending of the other.
///
/// All of them get the words that were heard, one by one, whatever the form of the answer is.
protocol CuttingRule: SeamRule {
  /// Whether it needs each word's time.
  var needsTimes: Bool { get }
  /// Whether it takes for granted that some words are in both answers, and looks for them until it finds any.
  var expectsSharedWords: Bool { get }
  /// How many words of the left answer are kept, and from which word on the right one is.
  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int)
}

extension CuttingRule {
  var needsTimes: Bool { false }
  var expectsSharedWords: Bool { false }

  package func text(of pair: SeamPair, as form: AnswerForm) -> String? {
    guard form == .words || !needsTimes else { return nil }
    // It was not made for cuts in pauses, and would find what is not there.
    guard pair.right.chunk.seam != .pause || !expectsSharedWords else { return nil }
    let (leftTo, rightFrom) = cut(pair)
    let words = pair.left.words[..<leftTo] + pair.right.words[rightFrom...]
    return words.map(\.text).joined(separator: pair.language.separator)
  }
}
