import Foundation
import LongscribeMedia
import LongscribeThreads
import TestSupport
import Testing

/// Gigabytes of silence with the master at their very end. A tier of its own in `scripts/test`.
@Suite(
  "Corpus: gigabytes", .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["LONGSCRIBE_SLOW_TESTS"] != nil,
    "takes a minute; set LONGSCRIBE_SLOW_TESTS"))
struct CorpusSparseTests {
  @Test(
    "A recording of more bytes than 31 or 32 bits count is heard to its end, where the sound is",
    arguments: try Corpus.files(.sparse))
  func end(_ file: CorpusFile) async throws {
    let path = try await Corpus.path(file.file)
    let length = Master.at16000.count
    let lanes = ThreadLanes(name: "hear", most: 1)
    let (report, end) = try await lanes.run { () -> Result<(DecodeReport, [Int16]), any Error> in
      Result {
        let spool = try Spool(in: "/var/tmp")
        let listener = Listener(
          file: try MediaFile(path: path), temporaryFolder: "/var/tmp")
        let report = try listener.listen(to: spool, flag: CancelFlag()) { _ in }
        var end = [Int16](repeating: 0, count: length)
        try end.withUnsafeMutableBufferPointer {
          _ = try spool.read(at: spool.length - Int64(length), into: $0)
        }
        return (report, end)
      }
    }.get()
    #expect(file.samples(at: 16_000).contains(Int(report.length)), "\(report.length)")
    #expect(report.isClean)
    for second in 0..<Master.seconds {
      let finding = Master.find(second, in: end)
      // The end does not lie on a sample of 16 kHz, and half a sample beside it both are less alike.
      #expect(abs(finding.lateness) < 0.1 && finding.likeness > 0.9, "\(finding)")
    }
  }
}
