import Longscribe
import LongscribeInterchange

/// `longscribe transcribe --dry-run`: the plans of all inputs, what they still take together, and where a bound would end the run.
struct DryRun {
  let choice: ProviderChoice
  let options: Transcriber.Options
  /// What earlier runs have paid for; `nil` without.
  let journal: Journal?
  let budget: Budget?
  let console: Console

  func run(_ inputs: [String]) async throws(CommandFailure) -> ExitCode {
    var budget = budget
    var outcomes: [ExitCode] = []
    var total = CallUsage.none
    var refusal: BudgetRefusal?
    // Only the journal needs to know all that would be asked.
    let recognizer = try journal.map { _ throws(CommandFailure) in try choice.unkeyedRecognizer() }
    for input in inputs {
      let planned: PlannedMedia
      do throws(CommandFailure) {
        planned =
          if let recognizer { try await plan(input, with: recognizer) } else {
            try await PlanCommand.plan(input, choice, options, console: console)
          }
        let space = outcomes.contains(.success) ? "\n" : ""
        try console.output(
          space
            + PlanCommand.text(planned.record, choice, input, answered: planned.answered))
        outcomes.append(.success)
      } catch {
        outcomes.append(PlanCommand.report(error, console))
        continue
      }
      for call in planned.record.plannedCalls(without: planned.answered) {
        guard refusal == nil else { break }
        do throws(BudgetRefusal) {
          guard let reservation = try budget?.reserve(samples: call) else { break }
          budget?.commit(reservation)
        } catch {
          refusal = error
        }
      }
      total = total + planned.record.plannedUsage(without: planned.answered)
    }
    let planned = outcomes.count { $0 == .success }
    if planned > 0, inputs.count > 1 { try console.output(text(total, of: planned, inputs.count)) }
    if let refusal {
      let calls = "\(refusal.spent.calls) of \(CostText.calls(total.calls))"
      try console.output("\nbudget        would end it after \(calls): \(refusal)\n")
    }
    return ExitCode.of(outcomes)
  }

  private func plan(
    _ input: String, with recognizer: some Recognizer
  ) async throws(CommandFailure) -> PlannedMedia {
    try await MediaWork.result(
      of: Transcriber(options: options, journal: journal).planning(input, with: recognizer),
      input: input, console: console)
  }

  private func text(_ total: CallUsage, of planned: Int, _ inputs: Int) -> String {
    let number = planned == inputs ? "\(planned)" : "\(planned) of \(inputs)"
    return "\ntotal         \(number) recordings, \(CostText.calls(total.calls)), "
      + "\(TimeText.short(total.billedSamples)) billed, cost "
      + "\(CostText.amount(total, choice.rate.known))\n"
  }
}
