import LongscribeInterchange

/// A command that ends early: what to say, and with which status.
struct CommandFailure: Error {
  var code: ExitCode
  var message: String
}

extension EventLine {
  /// The line for an input that gave no transcript.
  init(_ failure: CommandFailure, file: String) {
    self.init(failed: file, message: failure.message, exitCode: failure.code)
  }
}
