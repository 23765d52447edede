import Glibc

/// A word that the decoder heard.
package struct DecodedWord: Sendable, Hashable {
  /// How many frames a second of audio has.
  package static let framesPerSecond = 100

  /// The word in lower case, as the dictionary spells it.
  package let text: String
  /// The first frame of the word, counted from the start of the decoded samples.
  package let startFrame: Int
  /// The frame after the last one of the word.
  package let endFrame: Int
  /// How sure the decoder is of the word among the alternatives it kept, from 0 to 1.
  ///
  /// Useful to compare words of one decoding; not calibrated.
  package let probability: Double

  /// The base of the logarithms that PocketSphinx calculates with.
  static let logBase = 1.0001

  /// Makes a word of one segment of the decoder's result, or `nil` of a filler, which is no word.
  ///
  /// - Parameters:
  ///   - segment: The segment's name: a word, a word with the number of its pronunciation as in
  ///     `the(2)`, or a filler such as `<sil>`, `[NOISE]` or `++UH++`.
  ///   - firstFrame: The first frame of the segment.
  ///   - lastFrame: The last frame of the segment, inclusive.
  ///   - logProbability: The posterior probability as a logarithm to the base `logBase`.
  package init?(segment: String, firstFrame: Int, lastFrame: Int, logProbability: Int) {
    guard let first = segment.first, !"<[+".contains(first) else { return nil }
    text = segment.hasSuffix(")") ? String(segment.prefix { $0 != "(" }) : segment
    startFrame = firstFrame
    endFrame = lastFrame + 1
    // Rounding in the library can push the logarithm a little above zero.
    probability = min(1, pow(DecodedWord.logBase, Double(logProbability)))
  }
}
