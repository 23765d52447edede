import Longscribe
import LongscribeTerminal
import Synchronization

/// Shows how far one recording is: a line that changes on a terminal, a line now and then in a log.
///
/// Time passes without events too, so it also draws when it is told to `tick`.
final class ProgressReporter: Sendable {
  /// Between two drawings of the line.
  private static let interval = Duration.milliseconds(100)
  /// Between two lines of a log, unless each tenth of the recording is to be told.
  private static let silence = Duration.seconds(10)

  private struct State {
    var progress: TranscriptionProgress
    var drawn: ContinuousClock.Instant?
    var told: ContinuousClock.Instant
    var tenths = 0
    /// The last line of a log.
    var line = ""
    var isEnded = false
  }

  private let console: Console
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameter rate: What calls cost, where it is known, and how their audio is counted.
  init(name: String, rate: (known: CallRate?, metering: Metering), console: Console) {
    self.console = console
    state = Mutex(
      State(
        progress: TranscriptionProgress(name: name, rate: rate.known, metering: rate.metering),
        told: start))
  }

  /// Takes an event.
  func take(_ event: TranscriptionEvent) {
    update { $0.progress.take(event) }
  }

  /// How far it is now.
  var progress: TranscriptionProgress { state.withLock { $0.progress } }

  /// Draws what time changes.
  func tick() {
    update { _ in }
  }

  /// Nothing is drawn from now on.
  func end() {
    state.withLock { $0.isEnded = true }
    console.erase()
  }

  /// Ticks every second until the task is cancelled.
  func ticking() async {
    while (try? await Task.sleep(for: .seconds(1))) != nil { tick() }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      guard !state.isEnded else { return }
      let now = ContinuousClock.now
      if console.showsProgress {
        draw(&state, now)
      } else {
        tell(&state, now)
      }
    }
  }

  private func draw(_ state: inout State, _ now: ContinuousClock.Instant) {
    if let drawn = state.drawn, now - drawn < Self.interval { return }
    state.drawn = now
    let (progress, seconds) = (state.progress, (now - start) / .seconds(1))
    console.show { ProgressText.line(progress, after: seconds, columns: $0) }
  }

  private func tell(_ state: inout State, _ now: ContinuousClock.Instant) {
    let tenths = state.progress.share.map { Int($0 * 10) } ?? 0
    let isNews = console.isVerbose && tenths > state.tenths
    guard isNews || now - state.told >= Self.silence else { return }
    state.tenths = tenths
    state.told = now
    let line = ProgressText.plain(state.progress, after: (now - start) / .seconds(1))
    // One that tells nothing new is noise.
    guard line != state.line else { return }
    state.line = line
    console.note(line)
  }
}
