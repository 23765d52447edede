private import Foundation
import LongscribeCore
import StitchLaboratory

/// Measures how many errors our seams add, next to what other rules add on the same answers, and prints a table in Markdown.
struct StitchBenchmark {
  /// Recordings that went wrong without noise and are named one by one.
  private static let failuresShown = 20

  private var seams = 1000
  private var seed: UInt64 = 1
  private var scenarios = Scenario.all

  /// - Returns: `nil` if the arguments make no sense.
  init?(_ arguments: [String]) {
    guard arguments.count.isMultiple(of: 2) else { return nil }
    for index in stride(from: 0, to: arguments.count, by: 2) {
      let value = arguments[index + 1]
      switch arguments[index] {
      case "--seams":
        guard let number = Int(value), number > 0 else { return nil }
        seams = number
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      case "--only":
        scenarios = scenarios.filter { $0.name.hasPrefix(value) }
        if scenarios.isEmpty { return nil }
      default: return nil
      }
    }
  }

  func run() {
    let names = SeamExperiment.rules.map(\.name)
    row(["extra errors per seam", "answer", "seams"] + names)
    row([String](repeating: "---", count: names.count + 3))
    var details: [[String]] = []
    for scenario in scenarios {
      for form in AnswerForm.allCases {
        let trials = SeamExperiment(scenario, form).run(seams: seams, seed: seed)
        for (kind, group) in groups(trials, scenario) {
          let title = scenario.title + kind
          row(
            [title, form.rawValue, "\(group.count)"]
              + names.indices.map { cell(group, rule: $0) { $0.total } })
          details.append(
            [title, form.rawValue]
              + names.indices.map { rule in
                "\(mean(group, rule: rule) { $0.lost }) / \(mean(group, rule: rule) { $0.doubled })"
              })
        }
      }
    }
    print()
    row(["lost / doubled per seam", "answer"] + names)
    row([String](repeating: "---", count: names.count + 2))
    for detail in details { row(detail) }
    clean()
  }

  /// A recogniser without mistakes leaves none to the seams: what is lost or doubled then is our doing.
  private func clean() {
    print()
    row(["recogniser without mistakes", "answer", "seams", "lost", "doubled"])
    row([String](repeating: "---", count: 5))
    var failures: [CleanExperiment.Failure] = []
    for scenario in scenarios {
      for form in AnswerForm.allCases {
        let outcome = CleanExperiment(scenario, form).run(seams: seams, seed: seed)
        row(
          [
            scenario.title, form.rawValue, "\(outcome.seams)", "\(outcome.lost)",
            "\(outcome.doubled)",
          ])
        failures += outcome.failures
      }
    }
    for failure in failures.prefix(Self.failuresShown) { print(failure) }
  }

  /// A plan's seams in pauses and its others are different things.
  private func groups(
    _ trials: [SeamExperiment.Trial], _ scenario: Scenario
  ) -> [(kind: String, trials: [SeamExperiment.Trial])] {
    guard case .planned = scenario.cuts else { return [("", trials)] }
    return [
      (", pauses", trials.filter { $0.kind == .pause }),
      (", others", trials.filter { $0.kind != .pause }),
    ].filter { !$0.1.isEmpty }
  }

  private func cell(
    _ trials: [SeamExperiment.Trial], rule: Int, _ part: (TokenErrors) -> Int
  ) -> String {
    let values = trials.compactMap { $0.extra[rule].map(part) }
    guard !values.isEmpty else { return "–" }
    let estimate = Estimate(values)
    return String(format: "%.2f ± %.2f", estimate.mean, estimate.margin)
  }

  private func mean(
    _ trials: [SeamExperiment.Trial], rule: Int, _ part: (TokenErrors) -> Int
  ) -> String {
    let values = trials.compactMap { $0.extra[rule].map(part) }
    // Adding 0 turns -0 into 0.
    return values.isEmpty
      ? "–" : String(format: "%.2f", (Estimate(values).mean * 100).rounded() / 100 + 0)
  }

  private func row(_ cells: [String]) {
    print("| " + cells.joined(separator: " | ") + " |")
  }
}
