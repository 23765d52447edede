import Glibc
import LongscribeCore
import LongscribeMedia
import TestSupport

/// Writes pieces of what was heard as files of every format, and hears those again.
struct Rewriting {
  let scratch: String

  /// Longest piece in samples.
  private static let longest: Int64 = 48_000

  func complaints(
    _ spool: Spool, length: Int64, using random: inout SeededGenerator
  ) throws -> [String] {
    let start = Int64.random(in: 0..<length, using: &random)
    let end = min(length, start + Int64.random(in: 1...Self.longest, using: &random))
    let range = TimelineRange(start, end)
    let all = AudioFormat.allCases
    let format = all[Int.random(in: 0..<all.count, using: &random)]
    let minimum = Int64.random(in: 0..<2000, using: &random)
    let renderer = Renderer(spool: spool, fileName: "piece", temporaryFolder: scratch)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return try abandon(format, range.length)
    case 1: return refuse(renderer, range, format)
    default: return try write(renderer, range, format, minimum)
    }
  }

  /// Written, and heard again: as long as it was.
  private func write(
    _ renderer: Renderer, _ range: TimelineRange, _ format: AudioFormat, _ minimum: Int64
  ) throws -> [String] {
    let storage = try TemporaryFile(in: scratch)
    let wanted = max(range.length, minimum)
    let written = try renderer.render(
      range, as: format, minimum: minimum, to: AudioWriter.Output(storage))
    var complaints: [String] = []
    if written.frames != wanted { complaints.append("\(written.frames) of \(wanted) written") }
    let most =
      wanted * format.facts.bytesPerSecond / Timeline.sampleRate + format.facts.overheadBytes
    if written.bytes > most {
      complaints.append("\(format) of \(wanted) samples has \(written.bytes) bytes, not \(most)")
    }
    // Nothing tells what headerless samples are.
    if format == .pcm { return complaints }
    let file = try MediaFile(path: "/proc/self/fd/\(storage.descriptor)")
    let report = try Listener(file: file, temporaryFolder: scratch).listen(
      as: .timeline, flag: CancelFlag(), opened: { _, _ in }, pass: { _ in })
    if report.length != wanted || !report.isClean {
      complaints.append("\(format) of \(wanted) samples is heard as \(report)")
    }
    return complaints
  }

  /// Begun and left: nothing may be lost.
  private func abandon(_ format: AudioFormat, _ length: Int64) throws -> [String] {
    var writer = try AudioWriter(
      format, rate: 16_000, channels: 1, to: AudioWriter.Output(try TemporaryFile(in: scratch)),
      fileName: "piece")
    let samples = [Int16](repeating: 1234, count: Int(length))
    try samples.withUnsafeBufferPointer { block throws(MediaError) in try writer.write(block) }
    return []
  }

  /// Written to where nothing can be written.
  private func refuse(
    _ renderer: Renderer, _ range: TimelineRange, _ format: AudioFormat
  ) -> [String] {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    do throws(MediaError) {
      _ = try renderer.render(
        range, as: format, minimum: 0, to: AudioWriter.Output(descriptor: descriptor))
      return ["\(format) was written to nowhere"]
    } catch {
      return error.code == .storage ? [] : ["writing to nowhere ended with \(error)"]
    }
  }
}
