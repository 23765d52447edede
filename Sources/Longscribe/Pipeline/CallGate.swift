private import Synchronization

/// The windows of calls of all accounts that a `Transcriber` and its copies make calls for.
///
/// # Note: Callbacks under no lock
///
/// Nobody waits inside the gate. A recording says how many calls it could make, and is told through its callback when one may begin; so a
/// recording that is cancelled leaves nothing behind but permits, which `leave` frees. Every account has its own
/// window and its own timer: one that is shut delays no other.
final class CallGate: Sendable {
  /// Takes a permit, on any thread; must not block.
  typealias Admission = @Sendable (CallWindow.Permit) -> Void

  private struct Account {
    var window = CallWindow()
    var admissions: [CallWindow.Member: Admission] = [:]
    /// The timer under way, when it fires, and which of all timers it is.
    var timer: (task: Task<Void, Never>, time: Double, number: Int)?
    var timers = 0
    /// When the last recording left.
    var idleSince = 0.0
  }

  private struct State {
    var accounts: [String: Account] = [:]
    var members = 0
  }

  private let state = Mutex(State())
  private let began = ContinuousClock.now

  /// Seconds for which it is remembered what width an account without recordings had: a service's mood changes within minutes.
  private static let memory = 600.0

  /// Seconds since the gate was made.
  private var now: Double { (ContinuousClock.now - began) / .seconds(1) }

  /// A recording begins.
  func join(
    _ account: String, terms: CallWindow.Terms, admission: @escaping Admission
  ) -> CallWindow.Member {
    let now = now
    return state.withLock { state in
      // Programs that serve many accounts do not gather them for ever.
      state.accounts = state.accounts.filter { _, account in
        !account.window.isIdle || account.idleSince + Self.memory > now
          || account.window.memorableUntil > now
      }
      state.members += 1
      state.accounts[account, default: Account()].window.join(state.members, terms: terms)
      state.accounts[account]?.admissions[state.members] = admission
      return state.members
    }
  }

  /// A recording ends; permits that it has not given back are free again.
  func leave(_ account: String, _ member: CallWindow.Member) {
    _ = update(account) { account, now in
      account.window.leave(member)
      account.admissions[member] = nil
      if account.window.isIdle { account.idleSince = now }
    }
  }

  /// Tells an account's window what happened, and admits the calls that may begin after that.
  @discardableResult
  func tell<T: Sendable>(
    _ account: String, _ event: (_ window: inout CallWindow, _ now: Double) -> T
  ) -> T? {
    update(account) { account, now in event(&account.window, now) }
  }

  private func update<T: Sendable>(
    _ name: String, _ change: (_ account: inout Account, _ now: Double) -> T
  ) -> T? {
    let now = now
    let (result, admitted) = state.withLock { state -> (T?, [Admitted]) in
      guard var account = state.accounts.removeValue(forKey: name) else { return (nil, []) }
      let result = change(&account, now)
      let admitted = admit(&account, name, at: now)
      state.accounts[name] = account
      return (result, admitted)
    }
    for (permit, admission) in admitted { admission(permit) }
    return result
  }

  private typealias Admitted = (CallWindow.Permit, Admission)

  private func admit(_ account: inout Account, _ name: String, at now: Double) -> [Admitted] {
    let (permits, next) = account.window.admit(at: now)
    if let next {
      if account.timer.map({ $0.time > next }) ?? true {
        account.timer?.task.cancel()
        account.timers += 1
        let number = account.timers
        account.timer = (timer(name, number, seconds: next - now), next, number)
      }
    } else {
      account.timer?.task.cancel()
      account.timer = nil
    }
    return permits.compactMap { permit in account.admissions[permit.member].map { (permit, $0) } }
  }

  private func timer(_ name: String, _ number: Int, seconds: Double) -> Task<Void, Never> {
    Task { [weak self] in
      guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
      self?.fire(name, number)
    }
  }

  private func fire(_ name: String, _ number: Int) {
    _ = update(name) { account, _ in
      // It may have been replaced while it fired.
      if account.timer?.number == number { account.timer = nil }
    }
  }
}
