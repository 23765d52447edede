/// One recording's place at the gate of its account: the permits of its calls under way, by chunk.
struct GateMember {
  private let gate: CallGate
  private let account: String
  private let member: CallWindow.Member
  private var permits: [Int: CallWindow.Permit] = [:]
  private var wanted = 0

  /// Joins the recordings of an account.
  init(
    _ gate: CallGate, account: String, terms: CallWindow.Terms,
    admission: @escaping CallGate.Admission
  ) {
    self.gate = gate
    self.account = account
    member = gate.join(account, terms: terms, admission: admission)
  }

  /// So many chunks could be sent at once.
  mutating func want(_ count: Int) {
    guard count != wanted else { return }
    wanted = count
    let member = member
    gate.tell(account) { window, _ in window.want(count, by: member) }
  }

  /// A permit has come; the scheduler said what becomes of it, and how many chunks it could send beyond that.
  mutating func take(_ permit: CallWindow.Permit, for actions: [Scheduler.Action], wanted: Int) {
    let isUsed = actions.contains { if case .start = $0 { true } else { false } }
    for case .start(let chunk, _) in actions { permits[chunk] = permit }
    self.wanted = wanted
    let member = member
    gate.tell(account) { window, _ in
      window.take(permit)
      if !isUsed { window.finish(permit) }
      window.want(wanted, by: member)
    }
  }

  /// A chunk's call ended; returns what that means for the chunk.
  mutating func end(
    _ chunk: Int, _ called: CallReport, policy: RetryPolicy, jitter: Double
  ) -> Scheduler.Event {
    let permit = permits.removeValue(forKey: chunk)
    switch called.result {
    case .success where !called.wasCalled:
      // That an answer was there says nothing about the service.
      if let permit { gate.tell(account) { window, _ in window.finish(permit) } }
      return .reused(chunk: chunk)
    case .success:
      if let permit { gate.tell(account) { window, _ in window.succeed(permit) } }
      return .succeeded(chunk: chunk)
    case .failure(let failure) where failure.isRefusal:
      let seconds = permit.flatMap { permit in
        gate.tell(account) { window, now in
          window.refuse(permit, failure, policy: policy, jitter: jitter, at: now)
        } ?? nil
      }
      return .refused(chunk: chunk, failure, seconds: seconds)
    case .failure(let failure):
      // A service that is overloaded is helped by fewer calls too, but the chunk uses up a try: it may be down for good.
      let isOverload = failure.code == .overloaded
      if let permit {
        gate.tell(account) { window, now in
          if isOverload {
            _ = window.refuse(permit, failure, policy: policy, jitter: jitter, at: now)
          } else {
            window.finish(permit)
          }
        }
      }
      return .failed(chunk: chunk, failure, jitter: jitter)
    }
  }

  /// The recording ends, and no call of it is under way any more.
  func leave() { gate.leave(account, member) }
}
