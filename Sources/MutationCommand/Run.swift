private import Foundation
private import TestSupport

/// All cases, one after the other.
struct Run {
  private struct Original {
    var name: String
    var bytes: [UInt8]
  }

  /// Larger files are sparse ones, for other tests.
  private static let largest = 8 << 20

  private let options: Options
  private let originals: [Original]
  private let leaks = LeakCheck()
  private let begun = ContinuousClock.now

  init(_ options: Options) throws {
    self.options = options
    let names = try FileManager.default.contentsOfDirectory(atPath: options.corpus).sorted()
    originals = try names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let url = URL(fileURLWithPath: "\(options.corpus)/\(name)")
      let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      guard size > 0, size <= Self.largest else { return nil }
      return Original(name: name, bytes: [UInt8](try Data(contentsOf: url)))
    }
    try FileManager.default.createDirectory(
      atPath: options.scratch, withIntermediateDirectories: true)
  }

  private var isLate: Bool { ContinuousClock.now - begun > .seconds(options.seconds) }

  /// Tries every case and tells of each that fails. `true` if none does.
  func all() -> Bool {
    var tally = Tally()
    // Round by round, so that a run that ends early has seen every file.
    rounds: for number in options.first..<options.first + options.cases {
      for original in originals where options.only.map({ $0 == original.name }) ?? true {
        if isLate { break rounds }
        attempt(original, number, &tally)
      }
    }
    print(tally.summary)
    return tally.failures == 0 && tally.cases > 0
  }

  private func attempt(_ original: Original, _ number: Int, _ tally: inout Tally) {
    var random = SeededGenerator(
      seed: options.seed &* 0x9E37_79B9 &+ UInt64(number) &* 0x1_0000_0001 &+ hash(original.name))
    let other = originals[Int.random(in: 0..<originals.count, using: &random)]
    let damaged = Mutation.damaged(original.bytes, other: other.bytes, using: &random)
    let path = "\(options.scratch)/\(options.seed)-\(number)-\(original.name)"
    let label =
      "--seed \(options.seed) --first \(number) --cases 1 --only \(original.name)"
      + " (\(damaged.what))"
    var complaints: [String]
    do {
      try Data(damaged.bytes).write(to: URL(fileURLWithPath: path))
      let watchdog = Watchdog(label)
      defer { watchdog.end() }
      var examination = Examination(
        path: path, bytes: damaged.bytes, scratch: options.scratch, random: random)
      complaints = examination.run()
      complaints += tally.costs(examination)
      if let found = examination.outcome { tally.outcomes[found, default: 0] += 1 }
    } catch {
      complaints = ["\(error)"]
    }
    if leaks.found() { complaints.append("memory was lost; see above") }
    tally.cases += 1
    if complaints.isEmpty {
      try? FileManager.default.removeItem(atPath: path)
    } else {
      tally.failures += 1
      for complaint in complaints { print("FAILED \(label): \(complaint)") }
      fflush(nil)
    }
  }

  /// FNV-1a: Swift's own hashes differ from run to run.
  private func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// What has been seen so far.
struct Tally {
  var cases = 0
  var failures = 0
  /// How cases ended: heard, or the code of the error.
  var outcomes: [String: Int] = [:]
  private var worstMemory: Int64 = 0
  private var worstTime = 0.0
  private var worstLength = 0.0

  /// Complaints about what a case took.
  mutating func costs(_ examination: Examination) -> [String] {
    worstMemory = max(worstMemory, examination.memory)
    worstTime = max(worstTime, examination.seconds)
    worstLength = max(worstLength, examination.longest)
    return examination.costComplaints
  }

  var summary: String {
    let ends = outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return """
      ended: \(ends)
      most of one case: \(worstMemory / 1_000_000) MB, \(tenths(worstTime)) s of processor time, \
      \(tenths(worstLength / 60)) min of sound
      \(cases) cases, \(failures) failures
      """
  }

  private func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}
