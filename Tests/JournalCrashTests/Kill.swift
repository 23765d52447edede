import Foundation
import ServiceSimulator
import TestSupport

/// One `kill -9`: when it comes, and what it hit.
struct Kill {
  /// When the signal comes.
  enum Trigger {
    /// After so many seconds.
    case time(Double)
    /// When a system call is made for the n-th time: then the signal is its end.
    case call(SystemCall, number: Int)
  }

  /// A kind of system call, as strace is asked for it.
  struct SystemCall {
    var name: String
    /// Only those that are about this file of the journal's folder.
    var file: String?
  }

  /// What was going on.
  enum Moment: String, CaseIterable {
    case beforeIntent = "before the intent"
    case midUpload = "mid-upload"
    case awaitingAnswer = "sent, no answer yet"
    case notRecorded = "answer received but not recorded"
    case notUsed = "recorded but not used"
    case writing = "while writing output"
  }

  var trigger: Trigger
  var concurrency: Int

  /// What strace is told. Its log tells which answers the program has received.
  func strace(_ place: Place) -> [String] {
    var words = [
      "-D", "-f", "-qqq", "-s", "12", "-o", place.folder.file("trace.txt"),
    ]
    guard case .call(let call, let number) = trigger else {
      return words + ["-e", "trace=recvfrom", "-e", "signal=none"]
    }
    words += [
      "-e", "trace=recvfrom,\(call.name)", "-e", "signal=none", "-e",
      "inject=\(call.name):signal=KILL:when=\(number)",
    ]
    if let file = call.file { words += ["-P", "\(place.journal)/\(file)"] }
    return words
  }

  /// Starts the program and lets it be killed; `nil` if it was done before.
  func run(_ place: Place, _ simulator: ServiceSimulator) async throws -> ProgramResult? {
    let program = try place.start(
      place.arguments(simulator) + ["--concurrency", "\(concurrency)"], strace: strace(place))
    if case .time(let seconds) = trigger {
      try await Task.sleep(for: .seconds(seconds))
      program.send(SIGKILL)
    }
    let result = try await program.result(limit: 150)
    return result.status == 137 ? result : nil
  }
}

/// What was found after a kill.
struct Wreck {
  var view: JournalView
  /// Answers that the program had received, as strace saw them come.
  var received: Int
  /// Requests of this run, once the service has done with all of them.
  var requests: [ReceivedRequest]
  var isWritten: Bool

  init(_ place: Place, _ requests: [ReceivedRequest]) async throws {
    view = try await JournalView.read(place.database)
    let trace = (try? String(contentsOfFile: place.folder.file("trace.txt"), encoding: .utf8)) ?? ""
    received = trace.split(separator: "\n").count { $0.contains("\"HTTP/1.1 200") }
    self.requests = requests
    isWritten = try place.outputs() != nil
  }

  /// Calls whose fate nobody can know.
  var inDoubt: [JournalView.Call] { view.calls("calling") }

  /// What was going on; there may be several things at a time.
  var moments: Set<Kill.Moment> {
    var moments: Set<Kill.Moment> = []
    let isFinished = view.jobs.contains { $0.finished == 1 }
    let used = Set(view.outcomes.compactMap(\.answer))
    if requests.contains(where: { $0.fileName == nil }) { moments.insert(.midUpload) }
    if received > view.calls("answered").count { moments.insert(.notRecorded) }
    if !used.isSuperset(of: view.answers) { moments.insert(.notUsed) }
    if isFinished, !isWritten { moments.insert(.writing) }
    if inDoubt.isEmpty, !isFinished { moments.insert(.beforeIntent) }
    if moments.isEmpty, !inDoubt.isEmpty { moments.insert(.awaitingAnswer) }
    return moments
  }
}

extension ServiceSimulator {
  /// Waits until nothing is being worked on. What only waits for a late answer is done: it is known what it costs.
  func rest(within seconds: Double = 20) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while requests.contains(where: { $0.finish == nil && $0.status == nil }) {
      guard ContinuousClock.now < deadline else {
        throw Missing(description: "the simulator still works after \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}

/// Who was charged for what.
struct Ledger {
  /// Charged requests by the name of the uploaded file, which tells the chunk.
  private let charged: [String: [ReceivedRequest]]

  init(_ requests: some Sequence<ReceivedRequest>) {
    charged = Dictionary(grouping: requests.filter(\.billed)) { $0.fileName ?? "" }
  }

  /// Chunks that were charged for.
  var chunks: Int { charged.count }
  /// Chunks that were charged for more than once, by their index.
  var twice: [Int] {
    charged.filter { $0.value.count > 1 }.keys.compactMap(Self.index).sorted()
  }
  /// How often the chunk was charged for that was charged for most often.
  var most: Int { charged.values.map(\.count).max() ?? 0 }

  private static func index(_ name: String) -> Int? {
    Int(name.drop { !$0.isNumber }.prefix { $0.isNumber })
  }
}
