/// One thing that `longscribe doctor` has looked at.
struct Finding: Sendable, Encodable {
  enum Verdict: String, Sendable, Encodable {
    case ok
    /// It works, but not as well as it could, or not in every case.
    case warning
    /// Something cannot work.
    case problem
  }

  /// What was looked at.
  var subject: String
  var verdict: Verdict
  /// What was found.
  var text: String
  /// What to do; `nil` if nothing is to be done.
  var advice: String?

  static func ok(_ subject: String, _ text: String) -> Finding {
    Finding(subject: subject, verdict: .ok, text: text)
  }

  static func warning(_ subject: String, _ text: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .warning, text: text, advice: advice)
  }

  static func problem(_ subject: String, _ text: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .problem, text: text, advice: advice)
  }

  /// A line for people, and a second one with what to do.
  var lines: String {
    let width = 8
    let pad = String(repeating: " ", count: max(0, width - verdict.rawValue.count))
    let line = "\(verdict.rawValue)\(pad) \(subject): \(text)\n"
    return advice.map { line + String(repeating: " ", count: width + 1) + "→ \($0)\n" } ?? line
  }
}
