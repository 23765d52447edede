import LongscribeMedia
import TestSupport
import Testing

@Suite("Corpus: what a container tells, and what is no recording")
struct CorpusProbeTests {
  @Test(
    "The container, its duration and where that comes from are what the table says",
    arguments: try Corpus.files(.healthy, .damaged, .sparse))
  func probing(_ file: CorpusFile) async throws {
    let path = try await Corpus.path(file.file)
    let description = try Prober(
      file: MediaFile(path: path), isExact: false, temporaryFolder: "/tmp"
    )
    .probe(flag: CancelFlag())
    #expect(description.format == file.container)
    try file.check(.header) {
      // Where the header cannot be trusted, the packets have been counted instead.
      let isCounted = description.durationSource == .packetScan
      #expect(isCounted || description.durationSource?.rawValue == file.source)
      let header = isCounted ? description.headerDuration : description.duration
      #expect(header == nil || abs((header ?? 0) - (file.header ?? 0)) < 0.001, "\(header ?? 0)")
    }
    #expect(description.hasVideo == file.video ?? false)
    #expect(description.tracks.count == file.tracks ?? 1)
    // Priming of a recording without a picture is no wait before its sound.
    let offset = description.tracks.first?.startOffset
    #expect((offset == nil) == (file.startOffset == nil))
    #expect(abs((offset ?? 0) - (file.startOffset ?? 0)) < 0.001, "\(offset ?? 0)")
  }

  @Test(
    "What is no recording is refused with the table's error, in one printable line",
    arguments: try Corpus.files(.refused))
  func refusing(_ file: CorpusFile) async throws {
    let path = try await Corpus.path(file.file)
    let error = try #require(try await Heard.failure(path))
    try file.check(.error) { #expect(error.code.rawValue == file.error) }
    #expect(error.description.contains(file.file))
    #expect(error.description.unicodeScalars.allSatisfy { $0.isPrintable })
  }
}
