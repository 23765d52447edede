extension Fault {
  /// Faults of all kinds that fit a service, over a share of all requests.
  ///
  /// The same chunks are hit in the same way in each run with the seed, in whatever order they
  /// come. No chunk is hit more than `timesPerChunk` times, nor more than once in a way that
  /// leaves the client in doubt whether the work was done; so a client that repeats often enough,
  /// but what is in doubt only once, gets everything.
  ///
  /// Not in it, unless in `others`: web pages and half JSON with status 200, which a client may
  /// rightly take for a wrong address, and resets before the body is read, when it is not known
  /// yet which chunk would be hit.
  package static func storm(
    share: Double,
    seed: UInt64,
    service: ServiceSimulator.Service,
    timesPerChunk: Int = 3,
    also others: [Action] = []
  ) -> [Fault] {
    let refusals = KnownError.all(of: service)
      .filter { $0.remedy == .repeatLater }
      .map { $0.action.withoutRetryAfter }
    var doubts: [Action] = [
      .reset(.beforeWork), .reset(.afterWork), .closeWithoutAnswer, .closeMidBody,
      .page(status: 502), .page(status: 504),
    ]
    if service == .glm || service == .openai {
      doubts.append(.truncateStream)
    }
    let slow: [Action] = [.delay(0.2), .dribble(0.3)]
    return [
      Fault(
        match: .share(share, seed: seed),
        action: .oneOf(refusals + doubts + slow + others, seed: seed),
        timesPerChunk: timesPerChunk,
        doubtsPerChunk: 1
      )
    ]
  }
}

extension Fault.Action {
  /// A storm shall not make a test wait.
  fileprivate var withoutRetryAfter: Fault.Action {
    guard case .status(let status, let code, let message, _) = self else { return self }
    return .status(status, code: code, message: message)
  }
}
