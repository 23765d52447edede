/// How long words take up to each boundary between them, at each of a few paces.
///
/// A sentence is said at a pace of its own, a fifth slower or faster than the speaker's: nobody knows it before it is heard, but what
/// one stretch of a sentence tells of it holds for the next. Times are in steps of `SpeakingLikelihood`; boundary 3 is the one
/// after the third word.
struct SentencePaces {
  /// The paces, evenly spread: each as likely as the others.
  private static let factors = SIMD4<Int32>(17, 19, 21, 23)
  private static let usualFactor: Int32 = 20
  /// The slowest of them, against the usual one.
  static let slowest = 1.15
  /// Words without the end of a sentence for this long (10 s at an ordinary pace) may go on at another pace.
  private static let longest = 10.0

  /// At the speaker's own pace.
  let usual: [Int32]
  /// The words up to the end of the sentence at each of the paces, less what they take at the usual one up to there from the start of all.
  private let toEnd: [SIMD4<Int32>]
  /// By boundary: where the sentence of the word after it ends.
  private let end: [Int32]
  /// By boundary: where the sentence of the word before it starts.
  private let start: [Int32]

  /// - Parameters:
  ///   - durations: How long the words take, in seconds at an ordinary pace.
  ///   - marks: What stands after each word.
  ///   - pace: How much slower than that somebody speaks.
  init(durations: [Double], marks: [PauseMark], pace: Double) {
    let scale = pace * Double(SpeakingLikelihood.stepsPerSecond)
    let count = durations.count
    var usual: [Int32] = [0]
    usual.reserveCapacity(count + 1)
    var start = [Int32](repeating: 0, count: count + 1)
    var end = [Int32](repeating: Int32(count), count: count + 1)
    var sum = 0.0
    var first = 0
    var said = 0.0
    for (index, duration) in durations.enumerated() {
      sum += duration * scale
      said += duration
      usual.append(Int32(sum))
      start[index + 1] = Int32(first)
      guard marks[index] >= .sentence || said > Self.longest else { continue }
      for boundary in first...index { end[boundary] = Int32(index + 1) }
      first = index + 1
      said = 0
    }
    self.start = start
    self.end = end
    self.usual = usual
    toEnd = usual.indices.map { [end] boundary in
      let last = usual[Int(end[boundary])]
      return Self.steps(of: last &- usual[boundary]) &- SIMD4(repeating: last)
    }
  }

  /// A time at each of the paces.
  static func steps(of usual: Int32) -> SIMD4<Int32> {
    (SIMD4(repeating: usual) &* factors) / SIMD4(repeating: usualFactor)
  }

  /// Whether the word after a boundary begins a sentence.
  func isFresh(_ boundary: Int) -> Bool {
    boundary == usual.count - 1 || boundary == 0 || Int(end[boundary - 1]) == boundary
  }

  /// The first boundary up to which words take not less than some time; the last if all take less.
  func first(atLeast steps: Int) -> Int {
    var lower = 0
    var upper = usual.count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if Int(usual[middle]) >= steps { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }

  /// How likely words are in one stretch, at each pace, by the boundaries on either side.
  struct Words {
    fileprivate let usual: UnsafeBufferPointer<Int32>
    fileprivate let toEnds: UnsafeBufferPointer<SIMD4<Int32>>
    fileprivate let ends: UnsafeBufferPointer<Int32>
    fileprivate let starts: UnsafeBufferPointer<Int32>
    fileprivate let ofWords: UnsafeBufferPointer<Float>
    fileprivate let atPaces: UnsafeBufferPointer<SIMD4<Float>>
    fileprivate let most: Int32

    /// Where the sentence of the word before a boundary starts.
    func start(of boundary: Int) -> Int { Int(starts[boundary]) }

    /// Where the sentence of the word after a boundary ends.
    func end(of boundary: Int) -> Int { Int(ends[boundary]) }

    /// Whether the words are too many for the stretch.
    func areTooMany(_ from: Int, _ to: Int) -> Bool { usual[to] &- usual[from] > most }

    /// For words of one sentence.
    func inSentence(_ from: Int, _ to: Int) -> SIMD4<Float> {
      atPaces[Int(min(most, usual[to] &- usual[from]))]
    }

    /// For words up to the end of a sentence and beyond, not too many: those after it may have any pace.
    func acrossSentences(_ from: Int, _ to: Int) -> SIMD4<Float> {
      let steps = toEnds[from] &+ SIMD4(repeating: usual[to])
      return SIMD4(
        ofWords[Int(steps.x)], ofWords[Int(steps.y)], ofWords[Int(steps.z)], ofWords[Int(steps.w)])
    }
  }

  /// Judges the words in a stretch. In plain memory, since this is where the time goes.
  func withWords<Result>(_ likelihood: SpeakingLikelihood, _ body: (Words) -> Result) -> Result {
    usual.withUnsafeBufferPointer { usual in
      toEnd.withUnsafeBufferPointer { toEnds in
        end.withUnsafeBufferPointer { ends in
          start.withUnsafeBufferPointer { starts in
            likelihood.ofWords.withUnsafeBufferPointer { ofWords in
              likelihood.atPaces.withUnsafeBufferPointer { atPaces in
                body(
                  Words(
                    usual: usual, toEnds: toEnds, ends: ends, starts: starts, ofWords: ofWords,
                    atPaces: atPaces, most: Int32(atPaces.count - 1)))
              }
            }
          }
        }
      }
    }
  }
}
