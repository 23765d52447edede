private import Foundation

/// Which words are said in which stretch of speech: the likeliest way to let every pause fall between two words.
struct PauseAlignment {
  /// Times are counted in steps of 20 ms.
  private static let step = 0.02
  /// Nobody who speaks at an ordinary pace on the whole speaks slower than this against what is expected; what sounds longer is not all
  /// speech.
  private static let slowest = 1.6
  /// The pace is measured again if it turns out this far from where it was thought to be.
  private static let paceTolerance = 0.05
  private static let rounds = 2
  /// How far from an even spread over the speech words are looked for: 10 s and a twentieth of the chunk.
  private static let leastReach = 10.0
  private static let reachShare = 0.05
  /// What is this much less likely than the best so far, as a logarithm, is given up.
  private static var beam: Float { Float(lab[18]) }

  private let durations: [Double]
  private let marks: [PauseMark]
  private let stretches: [SpokenStretches.Stretch]
  /// Seconds of speech up to the end of each stretch.
  private let heard: [Double]

  /// - Parameters:
  ///   - durations: How long the words take, in seconds at an ordinary pace.
  ///   - marks: What stands after each word.
  ///   - stretches: Where somebody speaks; at least one.
  init(durations: [Double], marks: [PauseMark], stretches: [SpokenStretches.Stretch]) {
    self.durations = durations
    self.marks = marks
    self.stretches = stretches
    var sum = 0.0
    heard = stretches.map { stretch in
      sum += stretch.seconds
      return sum
    }
  }

  /// For every stretch the boundary up to which the words are said when it ends: 3 is the one after the third word. `nil` if words and
  /// stretches do not go together at all.
  func ends() -> [Int]? {
    let total = durations.reduce(0, +)
    guard let spoken = heard.last, total > 0 else { return nil }
    var pace = min(Self.slowest, spoken / total)
    var path: [Int]?
    for _ in 0..<Self.rounds {
      guard let found = likeliest(pace: pace) else { break }
      path = found
      let better = self.pace(along: found, near: pace)
      if abs(better / pace - 1) < Self.paceTolerance { break }
      pace = better
    }
    return path
  }

  /// The pace in those stretches that fit their words.
  private func pace(along ends: [Int], near pace: Double) -> Double {
    var said = 0.0
    var spoken = 0.0
    var from = 0
    for (end, stretch) in zip(ends, stretches) {
      let expected = durations[from..<end].reduce(0, +)
      from = end
      let off = abs(stretch.seconds - pace * expected)
      guard expected > 0, off < 0.3 + 0.5 * pace * expected else { continue }
      said += expected
      spoken += stretch.seconds
    }
    return said > 0 ? spoken / said : pace
  }

  /// The boundaries at which a stretch may end, with the cost of each and where the stretch begins then.
  fileprivate struct Row {
    var start: Int
    var costs: [Float]
    var origins: [Int32]
  }

  private func likeliest(pace: Double) -> [Int]? {
    let said = steps(pace: pace)
    var rows: [Row] = []
    rows.reserveCapacity(stretches.count)
    var latest = Row(start: 0, costs: [0], origins: [0])
    for index in stretches.indices {
      latest = row(index, after: latest, said)
      guard !latest.costs.isEmpty else { return nil }
      rows.append(latest)
    }
    var ends = [Int](repeating: durations.count, count: stretches.count)
    var boundary = durations.count
    for index in stretches.indices.reversed() {
      ends[index] = boundary
      boundary = Int(rows[index].origins[boundary - rows[index].start])
    }
    return ends
  }

  /// Time that the words up to each boundary take.
  private func steps(pace: Double) -> [Int] {
    var sum = 0.0
    var said = [0]
    said.reserveCapacity(durations.count + 1)
    for duration in durations {
      sum += duration * pace / Self.step
      said.append(Int(sum))
    }
    return said
  }

  /// The boundaries that are looked at for the end of a stretch.
  private func reach(_ index: Int, _ said: [Int]) -> ClosedRange<Int> {
    let count = durations.count
    guard index < stretches.count - 1 else { return count...count }
    let total = Double(said[count])
    let center = Int(total * heard[index] / heard[stretches.count - 1])
    let reach = Int(Self.leastReach / Self.step + Self.reachShare * total)
    let lower = said.firstIndex(atLeast: center - reach)
    return lower...max(lower, min(count, said.firstIndex(atLeast: center + reach)))
  }

  private func row(_ index: Int, after latest: Row, _ said: [Int]) -> Row {
    let reach = reach(index, said)
    let lower = max(latest.start, reach.lowerBound)
    let upper = max(lower, reach.upperBound)
    let stretch = stretches[index]
    let costs = SpeakingCost.costs(of: stretch, step: Self.step)
    let silence = SpeakingCost.ofSilence(stretch)
    let pause = stretch.pauseAfter
    let pauses = PauseMark.allCases.map { pause == 0 ? 0 : $0.cost(ofPause: pause) }
    var row = Row(start: lower, costs: [], origins: [])
    row.costs.reserveCapacity(upper - lower + 1)
    row.origins.reserveCapacity(upper - lower + 1)
    var first = latest.start
    let past = latest.start + latest.costs.count
    for boundary in lower...upper {
      let end = said[boundary]
      // One word is always possible, however long it seems.
      while first < min(boundary, past) - 1, end - said[first] >= costs.count { first += 1 }
      var best = Float.infinity
      var origin = first
      for from in first..<max(first, min(boundary, past)) {
        let cost =
          latest.costs[from - latest.start] + costs[min(costs.count - 1, end - said[from])]
        if cost < best {
          best = cost
          origin = from
        }
      }
      let isEdge = boundary == 0 || boundary == durations.count
      let mark = isEdge ? PauseMark.sentence : marks[boundary - 1]
      if boundary < past, boundary >= latest.start {
        let cost = latest.costs[boundary - latest.start] + silence - mark.odds
        if cost < best {
          best = cost
          origin = boundary
        }
      }
      row.costs.append(best + pauses[mark.rawValue])
      row.origins.append(Int32(origin))
    }
    row.prune(Self.beam)
    return row
  }
}

extension PauseAlignment.Row {
  /// Leaves out what is hopeless at both ends.
  fileprivate mutating func prune(_ beam: Float) {
    let limit = (costs.min() ?? 0) + beam
    guard limit < .infinity, let first = costs.firstIndex(where: { $0 <= limit }),
      let last = costs.lastIndex(where: { $0 <= limit })
    else {
      costs = []
      return
    }
    guard last - first + 1 < costs.count else { return }
    costs = Array(costs[first...last])
    origins = Array(origins[first...last])
    start += first
  }
}

extension [Int] {
  /// The first index of a growing list whose value is not below another; the last one if all are.
  fileprivate func firstIndex(atLeast value: Int) -> Int {
    var lower = 0
    var upper = count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if self[middle] >= value { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}

/// What it costs, as a negative logarithm, that words are said in a stretch of speech.
enum SpeakingCost {
  /// The costs of words that take no, one, two … steps in a stretch.
  static func costs(of stretch: SpokenStretches.Stretch, step: Double) -> [Float] {
    let length = stretch.seconds
    let most = Int((length * 1.8 + 0.6) / step)
    return (0...most).map { steps in
      let expected = Double(steps) * step
      let off = length - expected
      let variance = lab[0] + lab[1] * expected + lab[2] * expected * expected
      let likely = off * off / (2 * variance) + 0.5 * log(variance)
      return Float(min(likely, lab[3] + lab[4] * log(1 + abs(off))) + lab[19] * stretch.evenness)
    }
  }

  /// The cost of a stretch in which nobody speaks.
  static func ofSilence(_ stretch: SpokenStretches.Stretch) -> Float {
    Float(lab[15] + lab[16] * log(1 + stretch.seconds) - lab[19] * stretch.evenness)
  }
}

let lab: [Double] = {
  var values = [0.003, 0.05, 0.0225, 4, 2,  0.06, 0.6, 0.9, 0.28, 1, 0.33, 0.65, 0.67, 0.5, 0.06, 5, 1, 0, 25, 4, 0.4]
  for part in (ProcessInfo.processInfo.environment["LAB"] ?? "").split(separator: ",") {
    let pair = part.split(separator: "=")
    values[Int(pair[0])!] = Double(pair[1])!
  }
  return values
}()
