import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

extension DecodeReport {
  /// What it tells besides the length, in the words of the corpus's table.
  var flags: Set<String> {
    var flags: Set<String> = []
    if fillCount > 0 { flags.insert("gaps") }
    if decodeErrors > 0 { flags.insert("errors") }
    if missingFrom != nil { flags.insert("truncated") }
    if jumps > 0 { flags.insert("jumps") }
    if formatChanges > 0 { flags.insert("formats") }
    return flags
  }
}

@Suite("Corpus: listening")
struct CorpusListeningTests {
  @Test(
    "Length, offset and report are what the table says",
    arguments: try Corpus.files(.healthy, .damaged))
  func listening(_ file: CorpusFile) async throws {
    let path = try await Corpus.path(file.file)
    var heard: Heard?
    try await file.check(.opens) { heard = try await Heard.hear(path) }
    guard let heard else { return }
    #expect(heard.report.length == Int64(heard.samples.count))
    #expect(heard.levels.count == (heard.samples.count + 159) / 160)
    try file.check(.length) {
      let range = file.samples(at: 16_000)
      #expect(range.contains(heard.samples.count), "\(heard.samples.count) of \(range)")
    }
    try file.check(.offset) { try Self.expectBursts(file, heard) }
    try file.check(.peak) { try Self.expectPeak(file, heard) }
    try Self.expectReport(file, heard.report)
  }

  private static func expectBursts(_ file: CorpusFile, _ heard: Heard) throws {
    for stretch in try #require(file.heard) {
      for second in stretch.first...stretch.last {
        let finding = Master.find(
          second, in: heard.samples, expected: stretch.late, reach: stretch.within + 20)
        #expect(
          abs(finding.lateness - stretch.late) <= stretch.within
            && finding.likeness >= file.likeness ?? 0.9,
          "second \(second), expected \(stretch.late) ms late: \(finding)")
      }
    }
  }

  private static func expectPeak(_ file: CorpusFile, _ heard: Heard) throws {
    guard let range = file.peak else { return }
    // Without the first and last tenth of a second: filters ring at edges.
    let middle = heard.samples.dropFirst(1600).dropLast(1600)
    let peak = Double(middle.map(\.magnitude).max() ?? 0) / 32_767
    #expect(peak >= range[0] && peak <= range[1] + 0.0001, "\(peak)")
  }

  private static func expectReport(_ file: CorpusFile, _ report: DecodeReport) throws {
    let must = file.flags ?? []
    let may = must.union(file.may ?? [])
    try file.check(.flags) {
      #expect(must.isSubset(of: report.flags) && report.flags.isSubset(of: may), "\(report)")
    }
    try file.check(.filled) {
      if let filled = file.filled {
        #expect(abs(report.filledSeconds - filled[0]) <= filled[1], "\(report.filledSeconds)")
      }
    }
    try file.check(.warnings) {
      for words in file.warnings ?? [] {
        let sentences = report.warnings + report.notes
        #expect(sentences.contains { $0.contains(words) }, "\(words): \(sentences)")
      }
      let isSilent = may.isEmpty && file.warnings == nil
      #expect(!isSilent || report.warnings.isEmpty, "\(report.warnings)")
    }
  }

  @Test("The script's master is the tests' master")
  func master() async throws {
    let bytes = try Bytes.of(try await Corpus.path("master.wav")).dropFirst(44)
    let samples = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
    #expect(samples.count == Master.at44100.count)
    // Sums of two languages' sines, rounded.
    #expect(
      zip(samples, Master.at44100).allSatisfy { abs(Int($0) - Int(WaveFile.signed16($1))) <= 1 })
  }

  @Test("An 8 bit recording of an odd length has the same samples through a pipe")
  func oddThroughPipe() async throws {
    let path = try await Corpus.path("odd.wav")
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let expected = try await Heard.hear(path)
    Feeder.feed(try Bytes.of(path), to: pipe)
    let heard = try await Heard.hear(pipe)
    #expect(heard.samples == expected.samples)
    #expect(heard.report.isClean)
  }

  @Test("Silence is heard as silence")
  func silence() async throws {
    let heard = try await Heard.hear(try await Corpus.path("silent.wav"))
    #expect(heard.levels.allSatisfy { $0 == 0 })
  }

  @Test(
    "A track is chosen by its number, and one that is not there is an error",
    arguments: [(AudioSelection.Track.standard, 440), (.number(0), 440), (.number(1), 880)])
  func tracks(_ track: AudioSelection.Track, _ frequency: Double) async throws {
    let path = try await Corpus.path("two.mka")
    let heard = try await Heard.hear(path, selection: AudioSelection(track: track))
    #expect(heard.description.tracks.map(\.language) == ["eng", "deu"])
    // How often the tone passes zero upwards in a second.
    let second = heard.samples[16_000..<32_000]
    let passes = zip(second, second.dropFirst()).count { $0 < 0 && $1 >= 0 }
    #expect(abs(Double(passes) - frequency) <= 1)
    #expect(
      try await Heard.failure(path, selection: AudioSelection(track: .number(2)))?.code
        == .noSuchTrack)
  }
}
