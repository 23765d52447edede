import Longscribe
import LongscribeInterchange

/// `longscribe transcribe --dry-run`: the plans of all inputs, what they take together, and where a bound would end the run.
struct DryRun {
  let choice: ProviderChoice
  let options: Transcriber.Options
  let budget: Budget?
  let console: Console

  func run(_ inputs: [String]) async throws(CommandFailure) -> ExitCode {
    var budget = budget
    var outcomes: [ExitCode] = []
    var total = CallUsage.none
    var refusal: BudgetRefusal?
    for input in inputs {
      let record: JobRecord
      do throws(CommandFailure) {
        record = try await PlanCommand.plan(input, choice, options, console: console)
        let space = outcomes.contains(.success) ? "\n" : ""
        try console.output(space + PlanCommand.text(record, choice, input))
        outcomes.append(.success)
      } catch {
        outcomes.append(PlanCommand.report(error, console))
        continue
      }
      for call in record.plannedCalls {
        guard refusal == nil else { break }
        do throws(BudgetRefusal) {
          guard let reservation = try budget?.reserve(samples: call) else { break }
          budget?.commit(reservation)
        } catch {
          refusal = error
        }
      }
      total = total + record.plannedUsage
    }
    let planned = outcomes.count { $0 == .success }
    if planned > 0, inputs.count > 1 { try console.output(text(total, of: planned, inputs.count)) }
    if let refusal {
      let calls = "\(refusal.spent.calls) of \(CostText.calls(total.calls))"
      try console.output("\nbudget        would end it after \(calls): \(refusal)\n")
    }
    return ExitCode.of(outcomes)
  }

  private func text(_ total: CallUsage, of planned: Int, _ inputs: Int) -> String {
    let number = planned == inputs ? "\(planned)" : "\(planned) of \(inputs)"
    return "\ntotal         \(number) recordings, \(CostText.calls(total.calls)), "
      + "\(TimeText.short(total.billedSamples)) billed, cost "
      + "\(CostText.amount(total, choice.rate.known))\n"
  }
}
