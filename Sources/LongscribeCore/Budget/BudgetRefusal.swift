/// Why a budget does not allow a call.
public struct BudgetRefusal: Error, Sendable, Hashable {
  /// What would be exceeded.
  public enum Bound: Sendable, Hashable {
    /// The most that may be spent.
    case cost(Money)
    /// The most calls.
    case calls(Int)
    /// The most audio that is charged.
    case audio(samples: Int64)
  }

  /// The first bound that the call would exceed.
  public let bound: Bound
  /// What was spent when it was asked for.
  public let spent: CallUsage
  /// What calls under way had set aside then.
  public let reserved: CallUsage
  /// What the call would have taken.
  public let wanted: CallUsage
  /// What calls cost, where that is known.
  public let rate: CallRate?
  /// Whether the call would not fit either if no call under way were charged: asking again cannot help.
  public let isFinal: Bool

  /// The failure of a chunk that is not sent for this reason. No other chunk is sent either, so that what is delivered ends in one place.
  public var failure: RecognitionFailure {
    RecognitionFailure(
      .budgetReached, message: description, retry: .never, affectsAllChunks: true,
      hint: "a higher bound lets it go on")
  }
}

extension BudgetRefusal: CustomStringConvertible {
  /// One sentence: the bound, what was spent, and what is under way.
  public var description: String {
    let text: (name: String, of: (CallUsage) -> String) =
      switch bound {
      case .cost(let most): (most.description, cost)
      case .calls(let most): (Self.count(most), { Self.count($0.calls) })
      case .audio(let most):
        ("\(TimeText.short(most)) of audio", { TimeText.short($0.billedSamples) })
      }
    let underWay =
      reserved.calls == 0
      ? "" : ", and calls under way may take \(text.of(reserved))"
    return "the next call would exceed the budget of \(text.name): \(text.of(spent)) used up"
      + "\(underWay), it would take \(text.of(wanted))"
  }

  private func cost(_ usage: CallUsage) -> String {
    rate?.cost(of: usage).description ?? "an unknown amount"
  }

  private static func count(_ calls: Int) -> String { calls == 1 ? "1 call" : "\(calls) calls" }
}

extension RecognitionFailure.Code {
  /// The call was not made, because it would exceed the budget.
  public static let budgetReached = RecognitionFailure.Code(rawValue: "budget_reached")
}
