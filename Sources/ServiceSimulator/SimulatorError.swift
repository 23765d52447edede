import Glibc

/// Why a simulator could not be started.
package enum SimulatorError: Error, Hashable, CustomStringConvertible {
  /// The port is taken or not allowed.
  case cannotListen(port: UInt16)
  /// A program the simulator needs is not installed.
  case missingProgram(name: String, package: String)
  /// A program the simulator needs ended with an error.
  case programFailed(name: String)
  /// The reference recording could not be decoded.
  case unreadableRecording(path: String, reason: String)
  /// The list of words could not be read; lines count from 1.
  case unreadableWords(path: String, line: Int?)
  /// No temporary file could be made.
  case noTemporaryFile(errno: Int32)

  package var description: String {
    switch self {
    case .cannotListen(let port):
      "cannot listen on 127.0.0.1 port \(port)"
    case .missingProgram(let name, let package):
      "the program '\(name)' is missing; install it with: apt-get install \(package)"
    case .programFailed(let name):
      "the program '\(name)' failed"
    case .unreadableRecording(let path, let reason):
      "cannot decode the recording \(path): \(reason)"
    case .unreadableWords(let path, let line?):
      "\(path), line \(line): expected start TAB end TAB word, in order of time"
    case .unreadableWords(let path, nil):
      "cannot read the words from \(path)"
    case .noTemporaryFile(let number):
      "cannot make a temporary file: \(String(cString: strerror(number)))"
    }
  }
}
