/// When calls may begin under a bound of so many a minute.
///
/// Services count differently: by minutes of the clock, by the last sixty seconds, by a rate. So all hold here: never more than the
/// bound within any sixty seconds, and evenly spread but for bursts as wide as the window of calls. Repeated calls count too.
struct CallPace: Sendable {
  /// The stretch that a bound is for, in seconds. A second more than a minute: requests take differently long to arrive.
  static let minute = 61.0

  /// When calls of the last minute began, in order. Kept without a bound too: one may come with the next recording.
  private var begun: [Double] = []
  /// The time that an even spread would have reached.
  private var spread = -Double.infinity

  /// The time up to which calls that began still count.
  var memorableUntil: Double { (begun.last ?? -.infinity) + Self.minute }

  /// When the next call may begin; `-infinity` if at any time.
  func next(perMinute: Int?, burst: Int) -> Double {
    guard let perMinute else { return -.infinity }
    let interval = Self.minute / Double(perMinute)
    let even = spread - Double(min(burst, perMinute) - 1) * interval
    guard begun.count >= perMinute else { return even }
    return max(even, begun[begun.count - perMinute] + Self.minute)
  }

  /// A call begins.
  mutating func begin(at now: Double, perMinute: Int?) {
    let old = begun.prefix { $0 <= now - Self.minute }.count
    begun.removeFirst(old)
    begun.append(now)
    guard let perMinute else { return }
    spread = max(spread, now) + Self.minute / Double(perMinute)
  }
}
