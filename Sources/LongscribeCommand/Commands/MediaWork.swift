import Longscribe
import LongscribeInterchange

/// Follows work on media: shows how far it is, says what was not as it should be, and gives its result.
enum MediaWork {
  static func result<R: Sendable & HasReport>(
    of work: EventSequence<MediaEvent<R>>, input: String, console: Console,
    tellsWarnings: Bool = true
  ) async throws(CommandFailure) -> R {
    var progress = MediaProgress(name: OutputFiles.stem(of: input))
    var iterator = work.makeAsyncIterator()
    while true {
      let event: MediaEvent<R>?
      do throws(TranscriptionError) {
        event = try await iterator.next(isolation: nil)
      } catch {
        console.erase()
        let message =
          switch error {
          case .media(let error) where error.code == .exists:
            "\(error.description); --force replaces it"
          case .media(let error) where error.code == .notFound:
            InputCheck.missing(input).description
          default: error.description
          }
        throw CommandFailure(code: ExitCode.of(error), message: message)
      }
      switch event {
      case .opened(let description, track: _)?: progress.length = description.duration
      case .heard(let position)?:
        if console.showsProgress, let line = progress.line(at: position) { console.show(line) }
      case .wrote?: break
      case .finished(let result)?:
        for warning in result.report.warnings where tellsWarnings {
          console.note("Warning: \(input): \(warning)")
        }
        for note in result.report.notes where tellsWarnings {
          console.note("Note: \(input): \(note)")
        }
        return result
      case nil:
        throw CommandFailure(code: .unexpected, message: "\(input): ended without a result")
      }
    }
  }
}

/// A result that tells how the recording was decoded.
protocol HasReport {
  var report: DecodeReport { get }
}

extension PlannedMedia: HasReport {}
extension ConvertedFile: HasReport {}
extension SplitFiles: HasReport {}

/// The line that shows how far work on media is; nothing within the first second.
struct MediaProgress {
  let name: String
  /// Seconds that the container claims.
  var length: Double?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant

  init(name: String) {
    self.name = name
    start = clock.now
    shown = start
  }

  /// The line for a position of the timeline; `nil` if it is too early for another one.
  mutating func line(at position: Int64) -> String? {
    let now = clock.now
    guard now - start >= .seconds(1), now - shown >= .milliseconds(100) else { return nil }
    shown = now
    return Self.text(
      name: name, position: position, length: length, elapsed: (now - start) / .seconds(1))
  }

  static func text(name: String, position: Int64, length: Double?, elapsed: Double) -> String {
    var text = "\(name): \(TimeText.coarse(position))"
    if let length, length > 0 {
      let share = min(100, Int(Timeline.seconds(position) / length * 100))
      text += " of \(TimeText.coarse(Timeline.samples(length))), \(share) %"
    }
    return text + ", \(Int(Timeline.seconds(position) / max(elapsed, 0.001))) × real time"
  }
}

/// Lengths of files at any rate.
enum SampleClock {
  static func text(_ samples: Int64, rate: Int) -> String {
    let (seconds, rest) = samples.quotientAndRemainder(dividingBy: Int64(rate))
    let position = seconds * Timeline.sampleRate + rest * Timeline.sampleRate / Int64(rate)
    return TimeText.clock(position)
  }
}
