/// How long a request may take, phase by phase.
///
/// The waits are separate because they mean different things: a transfer that stalls while its body
/// is being sent was certainly not processed, whereas one that stalls afterwards may have been, and
/// may have been charged. libcurl's own `LOW_SPEED_TIME` is not used: it also counts the time in
/// which a server thinks, and would end a slow but healthy transcription.
package struct HTTPTimeouts: Sendable, Hashable {
  /// From the start until the connection is ready: name look-up, TCP, proxy and TLS together.
  package var connect: Duration
  /// The longest pause between two moments in which the network accepted bytes of the body.
  package var sendIdle: Duration
  /// The longest pause before, or between, bytes of the answer once the body has been sent.
  package var answerIdle: Duration
  /// The whole request.
  ///
  /// Time spent waiting for a free connection of the client is not counted.
  package var total: Duration

  package init(
    connect: Duration = .seconds(10),
    sendIdle: Duration = .seconds(30),
    answerIdle: Duration = .seconds(120),
    total: Duration = .seconds(600)
  ) {
    self.connect = connect
    self.sendIdle = sendIdle
    self.answerIdle = answerIdle
    self.total = total
  }
}

extension Duration {
  /// Whole milliseconds, rounded up, at least 1 and at most about 11 days.
  var wholeMilliseconds: Int {
    guard self > .zero else { return 1 }
    guard self < .seconds(1_000_000) else { return 1_000_000_000 }
    let (seconds, attoseconds) = components
    let attosecondsEach: Int64 = 1_000_000_000_000_000
    return Int(seconds) * 1_000 + Int((attoseconds + attosecondsEach - 1) / attosecondsEach)
  }

  /// For sentences: "2.5 seconds".
  var inSeconds: String {
    let milliseconds = wholeMilliseconds
    return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) seconds"
  }
}
