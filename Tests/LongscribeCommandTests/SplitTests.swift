import Foundation
import TestSupport
import Testing

/// `longscribe split`: the chunks and their plan.
struct SplitTests {
  @Test(arguments: Recording.allCases)
  func `the owned parts of the chunks are the whole recording, bit for bit`(
    _ kind: Recording
  ) async throws {
    let folder = try TemporaryFolder()
    let path = try await kind.make(in: folder)
    for (selection, lengths) in [
      ([], [2, 3.3, 60]), (["--start", "7.29", "--end", "20.01234"], [5]),
      (["--channel", "left", "--end", "0:12.00001"], [4]),
    ] {
      let full = folder.file("full.wav")
      let made = try await Command.run(["convert", path, "-o", full, "--force", "-q"] + selection)
      #expect(made.status == 0, "\(made.errors)")
      let expected = try Sound.samples(ofWave: full)
      for length in lengths {
        let (split, result) = try await SplitFolder.make(
          path, ["--chunk-length", "\(length)", "--force"] + selection, in: folder.file("chunks"))
        #expect(result.status == 0, "\(result.errors)")
        try split.checkPlan(longest: length)
        #expect(try split.ownedSamples() == expected, "\(length) \(selection)")
        // Where nobody asked for a service's file, the recording was taken as the only chunk if it was a wav of any rate.
        if length == 60 { #expect(split.plan.chunks.count == 1) }
      }
    }
  }

  @Test
  func `a start between two steps of the envelope is moved back to the first`() async throws {
    let folder = try TemporaryFolder()
    let (split, _) = try await SplitFolder.make(
      try Talk.shared.wav, ["--chunk-length", "9", "--start", "7.2951", "--end", "30"],
      in: folder.file("chunks"))
    #expect(split.plan.chunks.first?.ownedStart == 7.29)
    #expect(split.plan.duration == 30)
  }

  @Test(arguments: ["mp3", "flac", "ogg", "m4a", "pcm"])
  func `chunks of every format have the lengths that the plan says`(_ format: String) async throws {
    let folder = try TemporaryFolder()
    let (split, result) = try await SplitFolder.make(
      try Talk.shared.wav, ["--chunk-length", "20", "--format", format, "--end", "55.00013"],
      in: folder.file("chunks"))
    #expect(result.status == 0, "\(result.errors)")
    try split.checkPlan(longest: 20)
    for chunk in split.plan.chunks {
      #expect(chunk.file.hasSuffix(".\(format)"))
      let length = chunk.samples(\.end) - chunk.samples(\.start)
      let count =
        format == "pcm"
        ? try Data(contentsOf: URL(fileURLWithPath: split.path(chunk))).count / 2
        : try await Sound.decoded(split.path(chunk), rate: format == "ogg" ? 48_000 : 16_000).count
      switch format {
      case "ogg": #expect(count == length * 3)
      case "m4a": #expect((length..<length + 1024).contains(count))
      default: #expect(count == length)
      }
    }
  }

  @Test(arguments: [("glm-asr", 60.0), ("glm-asr-2512", 30.0)])
  func `chunks for a service keep its limits`(_ model: String, _ longest: Double) async throws {
    let folder = try TemporaryFolder()
    let (split, result) = try await SplitFolder.make(
      try Talk.shared.wav, ["--provider", "glm", "--model", model], in: folder.file("chunks"))
    #expect(result.status == 0, "\(result.errors)")
    try split.checkPlan(longest: longest)
    for chunk in split.plan.chunks {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: split.path(chunk))).count
      #expect(bytes < 25_000_000)
      #expect(bytes == 44 + 2 * (chunk.samples(\.end) - chunk.samples(\.start)))
    }
  }

  @Test(arguments: [Recording.wav, .mp3])
  func `a recording that the service takes is the only chunk, byte for byte`(
    _ kind: Recording
  ) async throws {
    let folder = try TemporaryFolder()
    let path = try await kind.make(in: folder)
    let (split, result) = try await SplitFolder.make(
      path, ["--provider", "glm"], in: folder.file("chunks"))
    #expect(
      result.errorLines == [
        "\(folder.file("chunks")): 1 file (the recording itself, untouched) and plan.json"
      ])
    #expect(split.contents == ["chunk-00000.\(kind)", "plan.json"])
    #expect(split.plan.chunks.count == 1)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: split.path(split.plan.chunks[0])))
        == Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test
  func `hundreds of chunks need only a few descriptors`() async throws {
    let folder = try TemporaryFolder()
    let long = folder.file("long.flac")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -stream_loop 5 -i \(try Talk.shared.wav) \(long)")
    let result = try await Command.bash(
      "ulimit -n 64; $longscribe split \(long) -o \(folder.file("chunks")) --chunk-length 2")
    #expect(result.status == 0, "\(result.errors)")
    let split = try SplitFolder(folder.file("chunks"))
    try split.checkPlan(longest: 2)
    #expect(split.plan.chunks.count > 450)
  }
}
