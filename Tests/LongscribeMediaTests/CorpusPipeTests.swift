import Foundation
import LongscribeMedia
import TestSupport
import Testing

@Suite("Corpus: through pipes")
struct CorpusPipeTests {
  @Test(
    "A pipe gives the samples and the warnings of the file, or its refusal",
    arguments: try Corpus.files(.healthy, .damaged, .refused))
  func sameAsFile(_ file: CorpusFile) async throws {
    let path = try await Corpus.path(file.file)
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let refusal = try await Heard.failure(path)
    Feeder.feed(try Bytes.of(path), to: pipe)
    guard refusal == nil else {
      return try await file.check(.pipe) {
        let error = try await Heard.failure(pipe)
        #expect(error?.code == refusal?.code)
      }
    }
    let expected = try await Heard.hear(path)
    let heard = try await Heard.hear(pipe)
    try file.check(.pipe) {
      // Compared beforehand: what differs in long arrays takes minutes to be told.
      let isSame = heard.samples == expected.samples && heard.levels == expected.levels
      #expect(isSame, "\(heard.samples.count) of \(expected.samples.count)")
      #expect(heard.report.warnings == expected.report.warnings)
    }
  }
}
