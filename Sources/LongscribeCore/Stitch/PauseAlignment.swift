private import Foundation

/// Which words are said in which stretch of speech.
struct PauseAlignment {
  /// For every run the boundary up to which the words are said when it ends.
  let ends: [Int]

  /// Durations are counted in steps of 20 ms.
  private static let step = 0.02

  /// - Parameters:
  ///   - durations: How long the words take, in seconds at an ordinary pace.
  ///   - marks: What stands after each word.
  ///   - runs: The stretches of speech, in frames; at least one.
  init?(durations: [Double], marks: [PauseMark], runs: [Range<Int>]) {
    let spoken = Double(runs.reduce(0) { $0 + $1.count }) / 100
    let total = durations.reduce(0, +)
    guard total > 0, runs.count > 1 else { return nil }
    var rate = min(1.6, spoken / total)
    var found: [Int]?
    for _ in 0..<2 {
      guard let path = Self.path(durations, marks, runs, rate: rate) else { break }
      found = path
      let better = Self.rate(durations, path, runs, near: rate)
      if abs(better / rate - 1) < 0.05 { break }
      rate = better
    }
    guard let found else { return nil }
    ends = found
  }

  private static func rate(
    _ durations: [Double], _ ends: [Int], _ runs: [Range<Int>], near rate: Double
  ) -> Double {
    var said = 0.0
    var heard = 0.0
    var from = 0
    for (index, run) in runs.enumerated() {
      let expected = durations[from..<ends[index]].reduce(0, +)
      let length = Double(run.count) / 100
      from = ends[index]
      guard abs(length - rate * expected) < 0.3 + 0.5 * rate * expected, expected > 0 else { continue }
      said += expected
      heard += length
    }
    return said > 0 ? heard / said : rate
  }

  private static func path(
    _ durations: [Double], _ marks: [PauseMark], _ runs: [Range<Int>], rate: Double
  ) -> [Int]? {
    let count = durations.count
    var said = [Int](repeating: 0, count: count + 1)
    var unbroken = [Float](repeating: 0, count: count + 1)
    var sum = 0.0
    let silent = PauseMark.allCases.map(\.unbroken)
    for index in 0..<count {
      sum += durations[index] * rate / step
      said[index + 1] = Int(sum)
      unbroken[index + 1] = unbroken[index] + silent[marks[index].rawValue]
    }
    let totalRun = runs.reduce(0) { $0 + $1.count }
    let width = Int((10 + 0.05 * sum * step) / step)
    var previous = [Float](repeating: 0, count: 1)
    var previousStart = 0
    var starts: [Int] = []
    var back: [[Int32]] = []
    var heard = 0
    for (index, run) in runs.enumerated() {
      heard += run.count
      let isLast = index == runs.count - 1
      let center = sum * Double(heard) / Double(totalRun)
      let lower = isLast ? count : max(previousStart, Self.index(of: Int(center) - width, in: said))
      let upper = isLast ? count : max(lower, min(count, Self.index(of: Int(center) + width, in: said)))
      let length = Double(run.count) / 100
      let ticks = Int(length / step)
      let table = Self.table(ticks)
      var row = [Float](repeating: .infinity, count: upper - lower + 1)
      var from = [Int32](repeating: -1, count: upper - lower + 1)
      let pause = isLast ? 0 : Double(runs[index + 1].lowerBound - run.upperBound) / 100
      let costs = PauseMark.allCases.map { $0.cost(ofPause: pause) }
      var source = 0
      for boundary in lower...upper {
        let end = said[boundary]
        while previousStart + source < boundary - 1, source < previous.count - 1,
          end - said[previousStart + source] >= table.count
        { source += 1 }
        var best = Float.infinity
        var bestFrom: Int32 = -1
        var at = source
        let stop = min(previous.count, boundary - previousStart + 1)
        while at < stop {
          let expected = min(table.count - 1, end - said[previousStart + at])
          let cost = previous[at] + table[expected]
          if cost < best {
            best = cost
            bestFrom = Int32(previousStart + at)
          }
          at += 1
        }
        let mark = boundary == 0 || boundary == count ? PauseMark.sentence : marks[boundary - 1]
        row[boundary - lower] = best + unbroken[boundary] + (isLast ? 0 : costs[mark.rawValue])
        from[boundary - lower] = bestFrom
      }
      for boundary in lower...upper { row[boundary - lower] -= unbroken[boundary] }
      previous = row
      for boundary in lower...upper { previous[boundary - lower] = row[boundary - lower] }
      // Folded in once a row: what words between two pauses cost.
      previousStart = lower
      starts.append(lower)
      back.append(from)
    }
    guard let last = previous.last, last < .infinity else { return nil }
    var ends = [Int](repeating: count, count: runs.count)
    var boundary = count
    for index in runs.indices.reversed() {
      ends[index] = boundary
      let from = back[index][boundary - starts[index]]
      guard from >= 0 else { return nil }
      boundary = Int(from)
    }
    return ends
  }

  private static func index(of value: Int, in said: [Int]) -> Int {
    var lower = 0
    var upper = said.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if said[middle] >= value { upper = middle } else { lower = middle + 1 }
    }
    return min(lower, said.count - 1)
  }

  private static func table(_ length: Int) -> [Float] {
    let most = length * 5 / 2 + 30
    return (0...most).map { expected in
      let e = Double(expected) * step
      let x = Double(length - expected) * step
      let v = 0.01 + 0.05 * e + 0.0225 * e * e
      let gauss = x * x / (2 * v) + 0.5 * log(v)
      return Float(min(gauss, 4 + 2 * log(1 + abs(x))))
    }
  }
}
