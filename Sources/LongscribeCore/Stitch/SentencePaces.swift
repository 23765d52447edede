/// How long words take up to each boundary between them, at each of a few paces.
///
/// A sentence is said at a pace of its own, a fifth slower or faster than the speaker's: nobody knows it before it is heard, but what
/// one stretch of a sentence tells of it holds for the next. Times are in steps of `SpeakingLikelihood`; boundary 3 is the one
/// after the third word.
struct SentencePaces {
  /// The paces, evenly spread: each as likely as the others.
  static let factors: SIMD4<Double> = [0.85, 0.95, 1.05, 1.15]
  /// Words without the end of a sentence for this long (10 s at an ordinary pace) may go on at another pace.
  private static let longest = 10.0

  /// At the speaker's own pace.
  private(set) var usual: [Int32] = [0]
  /// At each of the paces.
  private var each: [SIMD4<Int32>] = [.zero]
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
    usual.reserveCapacity(count + 1)
    each.reserveCapacity(count + 1)
    var start = [Int32](repeating: 0, count: count + 1)
    var end = [Int32](repeating: Int32(count), count: count + 1)
    var sum = 0.0
    var first = 0
    var said = 0.0
    for (index, duration) in durations.enumerated() {
      sum += duration * scale
      said += duration
      usual.append(Int32(sum))
      each.append(SIMD4<Int32>(truncatingIfNeeded: SIMD4<Int>(sum * Self.factors)))
      start[index + 1] = Int32(first)
      guard marks[index] >= .sentence || said > Self.longest else { continue }
      for boundary in first...index { end[boundary] = Int32(index + 1) }
      first = index + 1
      said = 0
    }
    self.start = start
    self.end = end
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
    fileprivate let each: UnsafeBufferPointer<SIMD4<Int32>>
    fileprivate let ends: UnsafeBufferPointer<Int32>
    fileprivate let starts: UnsafeBufferPointer<Int32>
    fileprivate let likelihoods: UnsafeBufferPointer<Float>
    fileprivate let most: SIMD4<Int32>

    /// Where the sentence of the word before a boundary starts.
    func start(of boundary: Int) -> Int { Int(starts[boundary]) }

    /// Where the sentence of the word after a boundary ends.
    func end(of boundary: Int) -> Int { Int(ends[boundary]) }

    /// Whether the words are too many even at the fastest pace.
    func areTooMany(_ from: Int, _ to: Int) -> Bool { each[to].x &- each[from].x > most.x }

    /// For words of one sentence.
    func inSentence(_ from: Int, _ to: Int) -> SIMD4<Float> { at(each[to] &- each[from]) }

    /// For words up to the end of a sentence or beyond: those after it may have any pace.
    func acrossSentences(_ from: Int, _ to: Int) -> SIMD4<Float> {
      let end = end(of: from)
      let rest = usual[to] &- usual[end]
      return at(each[end] &- each[from] &+ SIMD4(repeating: rest))
    }

    private func at(_ steps: SIMD4<Int32>) -> SIMD4<Float> {
      let steps = pointwiseMin(steps, most)
      return SIMD4(
        likelihoods[Int(steps.x)], likelihoods[Int(steps.y)], likelihoods[Int(steps.z)],
        likelihoods[Int(steps.w)])
    }
  }

  /// Judges words in a stretch, by the likelihoods of words that take no, one, two … steps. Plain memory, since this is where
  /// the time goes.
  func withWords<Result>(_ likelihoods: [Float], _ body: (Words) -> Result) -> Result {
    usual.withUnsafeBufferPointer { usual in
      each.withUnsafeBufferPointer { each in
        end.withUnsafeBufferPointer { ends in
          start.withUnsafeBufferPointer { starts in
            likelihoods.withUnsafeBufferPointer { likelihoods in
              body(
                Words(
                  usual: usual, each: each, ends: ends, starts: starts, likelihoods: likelihoods,
                  most: SIMD4(repeating: Int32(likelihoods.count - 1))))
            }
          }
        }
      }
    }
  }
}
