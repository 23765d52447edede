import Glibc

/// The width of the terminal behind standard error.
enum TerminalSize {
  /// Columns where nothing tells.
  private static let standard = 80
  /// Columns that a terminal can have: others are a mistake.
  private static let possible = 20...10_000

  /// `COLUMNS` where it is set, else what the terminal itself says, which may change at any time.
  static func columns(_ variable: String?) -> Int {
    if let given = variable.flatMap({ Int($0) }), possible.contains(given) { return given }
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, possible.contains(Int(size.ws_col))
    else { return standard }
    return Int(size.ws_col)
  }
}
