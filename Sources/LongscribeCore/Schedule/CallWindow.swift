/// How many calls one account may have under way, and when the next may begin. A pure state machine: what happened and the time
/// go in, permits come out.
///
/// Services bound calls by account, not by recording, so all recordings of an account share one window. At most `width` calls are under way.
/// A refusal for rate halves the width, and nothing begins until its wait is over; the width grows by one after
/// as many answers as it is wide. Recordings take turns.
package struct CallWindow: Sendable {
  /// A recording that makes calls, by a number that is never used again.
  package typealias Member = Int

  /// What a recording asks of the window it shares. The strictest of all present members' terms hold, so that
  /// nobody's bound is broken and nobody waits longer than the others.
  package struct Terms: Sendable, Hashable {
    /// Calls under way at a time, at least 1.
    package var maximumInFlight: Int
    /// Calls that may begin within any minute, at least 1; `nil` for no such bound.
    package var requestsPerMinute: Int?

    package init(maximumInFlight: Int, requestsPerMinute: Int? = nil) {
      self.maximumInFlight = max(1, maximumInFlight)
      self.requestsPerMinute = requestsPerMinute.map { max(1, $0) }
    }
  }

  /// The right to make one call. It is given back exactly once; giving it back again does nothing.
  package struct Permit: Sendable, Hashable {
    package let member: Member
    fileprivate let number: Int
    /// How often the window had been halved when the call began.
    fileprivate let halvings: Int
  }

  private struct Demand {
    var terms: Terms
    /// Chunks that could be sent now, those with a permit on its way included.
    var wanted = 0
    /// Permits that the member has not yet been seen to take.
    var onTheWay = 0

    var open: Int { wanted - onTheWay }
  }

  private var members: [Member: Demand] = [:]
  /// Whose turn it is, first.
  private var turns: [Member] = []
  private var inFlight: Set<Permit> = []
  private var issued = 0
  /// Width that refusals have left; grows back, and is not bounded by the terms.
  private var adapted = Int.max
  private var halvings = 0
  /// Answers since the width last changed, of calls that began since it was last halved.
  private var successes = 0
  /// Times in a row that the service has refused for rate, with no answer in between.
  private var refusals = 0
  /// No call begins before this time.
  private var heldUntil = -Double.infinity
  private var pace = CallPace()

  package init() {}

  /// Calls that may be under way.
  package var width: Int { min(adapted, cap) }

  /// Whether no recording is present.
  package var isIdle: Bool { members.isEmpty }

  /// The time up to which something that was learnt about the account still matters.
  package var memorableUntil: Double { max(heldUntil, pace.memorableUntil) }

  private var cap: Int { members.values.map(\.terms.maximumInFlight).min() ?? .max }
  private var requestsPerMinute: Int? { members.values.compactMap(\.terms.requestsPerMinute).min() }

  /// A recording begins.
  package mutating func join(_ member: Member, terms: Terms) {
    guard members[member] == nil else { return }
    members[member] = Demand(terms: terms)
    turns.append(member)
  }

  /// A recording ends; permits that it has not given back are free again.
  package mutating func leave(_ member: Member) {
    members[member] = nil
    turns.removeAll { $0 == member }
    inFlight = inFlight.filter { $0.member != member }
    // The next one is not to be given up for refusals that others have waited out.
    if members.isEmpty { refusals = 0 }
  }

  /// A recording has so many chunks that could be sent at once.
  package mutating func want(_ count: Int, by member: Member) {
    members[member]?.wanted = max(0, count)
  }

  /// A recording has taken a permit, to use it or to give it back.
  package mutating func take(_ permit: Permit) {
    guard inFlight.contains(permit) else { return }
    members[permit.member]?.onTheWay -= 1
    members[permit.member]?.wanted -= 1
  }

  /// A call was answered.
  package mutating func succeed(_ permit: Permit) {
    guard inFlight.remove(permit) != nil else { return }
    refusals = 0
    // A call that began under a wider window does not show that this one is narrow enough to grow.
    guard permit.halvings == halvings, adapted < cap else { return }
    successes += 1
    if successes >= adapted {
      adapted += 1
      successes = 0
    }
  }

  /// A call ended in another way, or was not made.
  package mutating func finish(_ permit: Permit) {
    inFlight.remove(permit)
  }

  /// The service refused a call for rate. Returns the seconds until it may be made again; `nil` if the chunk is given up.
  package mutating func refuse(
    _ permit: Permit, _ failure: RecognitionFailure, policy: RetryPolicy, jitter: Double,
    at now: Double
  ) -> Double? {
    inFlight.remove(permit)
    // Calls that were under way together are refused together: that is one refusal, and one halving.
    if permit.halvings == halvings {
      narrow()
      refusals += 1
    }
    let seconds = policy.wait(afterRefusal: failure, refusals: max(1, refusals), jitter: jitter)
    if let seconds { heldUntil = max(heldUntil, now + seconds) }
    return seconds
  }

  private mutating func narrow() {
    adapted = max(1, width / 2)
    halvings += 1
    successes = 0
  }

  /// Permits for calls that may begin now, in turn; and, if only time holds back more of them, when to ask again.
  package mutating func admit(at now: Double) -> (permits: [Permit], next: Double?) {
    var permits: [Permit] = []
    while inFlight.count < width, let turn = turns.firstIndex(where: { members[$0]?.open ?? 0 > 0 })
    {
      let opens = max(heldUntil, pace.next(perMinute: requestsPerMinute, burst: width))
      guard opens <= now else { return (permits, opens) }
      let member = turns.remove(at: turn)
      turns.append(member)
      members[member]?.onTheWay += 1
      issued += 1
      let permit = Permit(member: member, number: issued, halvings: halvings)
      inFlight.insert(permit)
      pace.begin(at: now, perMinute: requestsPerMinute)
      permits.append(permit)
    }
    return (permits, nil)
  }
}
