import Foundation
import TestSupport
import Testing

/// `longscribe probe`.
struct ProbeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ name: String, _ arguments: String) async throws -> String {
    try await Programs.shell(
      "cd \(folder.path); ffmpeg -nostdin -v error -y -f lavfi -i sine=d=3:r=16000 \(arguments) -fflags +bitexact -flags:a +bitexact \(name)"
    )
    return folder.file(name)
  }

  @Test
  func `a block tells container, duration, track and what each service needs`() async throws {
    let result = try await Command.run(["probe", "lecture.m4a"], folder: Programs.fixture(""))
    #expect(
      result.output == """
        lecture.m4a
          container           QuickTime / MOV, 798355 bytes, 31 kb/s
          duration            00:03:22.868 (from the header)
          track 0             aac (LC), 16000 Hz, mono, fltp, 31 kb/s
          glm                 needs splitting, at least 4 calls
          glm-asr-2512        needs splitting, at least 7 calls
          coze                needs converting, 1 call
          siliconflow         needs converting, 1 call
          openai              needs converting, 1 call
          gpt-transcribe      needs converting, 1 call
          chatanywhere        needs converting, 1 call
          gpt-4o-transcribe   needs converting, 1 call
          offline             needs splitting, at least 4 calls

        """)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test
  func `exact counts the packets and says how sure it is`() async throws {
    let m4a = try await Command.run(["probe", "--exact", Programs.fixture("lecture.m4a")])
    #expect(m4a.output.contains("\n  duration            00:03:22.868 (counted, exact)\n"))
    let adts = try await Command.run(["probe", "--exact", try await make("a.aac", "")])
    #expect(adts.output.contains(" (counted; decoding may give a little less or more)\n"))
    let opus = try await Command.run(["probe", "--exact", try await make("a.opus", "")])
    #expect(opus.output.contains("\n  duration            00:00:03.000 (counted, exact)\n"))
  }

  @Test
  func `tags are shown on one line each, cut to a length and without control characters`()
    async throws
  {
    let long = String(repeating: "x", count: 500)
    let path = try await make(
      "a.flac", "-metadata title=$'one\\ntwo\\e[31m' -metadata comment=\(long) -metadata artist=Who"
    )
    let result = try await Command.run(["probe", path])
    #expect(result.outputLines.contains("  title               one\u{FFFD}two\u{FFFD}[31m"))
    #expect(result.outputLines.contains("  artist              Who"))
    #expect(
      result.outputLines.contains("  comment             " + String(repeating: "x", count: 200)))
  }

  @Test
  func `video, cover art, languages and a late track are shown`() async throws {
    let path = folder.file("a.mkv")
    try await Programs.shell(
      """
      ffmpeg -nostdin -v error -f lavfi -i testsrc=s=64x48:r=25:d=4 -itsoffset 2.5 -f lavfi \
      -i sine=d=1:r=16000 -map 0 -map 1 -map 1 -c:v mpeg4 -c:a pcm_s16le \
      -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:a:1 title=Deutsch \
      -disposition:a:1 default -disposition:a:0 0 \(path)
      """)
    let result = try await Command.run(["probe", path])
    #expect(
      result.outputLines.filter { $0.hasPrefix("  track") || $0.hasPrefix("  video") } == [
        "  track 0             pcm_s16le, 16000 Hz, mono, 16 bit, 256 kb/s, eng, starts 2.500 s after the video",
        "  track 1             pcm_s16le, 16000 Hz, mono, 16 bit, 256 kb/s, deu, “Deutsch”, starts 2.500 s after the video, default",
        "  video               mpeg4, 64×48",
      ])
  }

  private struct Document: Decodable {
    struct Format: Decodable {
      var format_name: String
      var format_long_name: String
      var nb_streams: Int
      var size: Int64
      var bit_rate: Int64
      var duration: Double
      var duration_source: String
      var exact: Bool
      var tags: [String: String]
    }
    struct Stream: Decodable {
      var index: Int
      var track: Int
      var codec_type: String
      var codec_name: String
      var codec_long_name: String
      var sample_fmt: String
      var sample_rate: Int
      var channels: Int
      var channel_layout: String
      var bits_per_sample: Int
      var start_time: Double
      var `default`: Bool
    }
    struct Scan: Decodable {
      var nb_read_packets: Int
      var samples: Int
      var corrupt_packets: Int
      var gaps: Int
    }
    struct Service: Decodable {
      var provider: String
      var model: String
      var need: String
      var calls: Int
    }
    var format: Format
    var streams: [Stream]
    var video: Bool
    var scan: Scan
    var warnings: [String]
    var services: [Service]
  }

  @Test
  func `json has ffprobe's names and its numbers are numbers`() async throws {
    let path = try await make("a.flac", "-metadata title=Sine")
    let result = try await Command.run(["probe", "--json", "--exact", path])
    let document = try result.json(Document.self)
    #expect(document.format.format_name == "flac")
    #expect(document.format.duration == 3)
    #expect(document.format.duration_source == "packet_scan")
    #expect(document.format.exact)
    #expect(document.format.tags["title"] == "Sine")
    #expect(document.streams.first?.sample_rate == 16_000)
    #expect(document.streams.first?.bits_per_sample == 16)
    #expect(document.scan.samples == 48_000)
    #expect(document.scan.gaps == 0)
    #expect(document.services.map(\.provider) == ["glm", "glm", "offline"])
    #expect(document.services.map(\.need) == ["convert", "convert", "convert"])
    #expect(document.warnings.isEmpty)
  }

  @Test
  func `a file that is cut off is shown with what it holds, and a warning`() async throws {
    let path = try await make("a.mp3", "-b:a 64k")
    try Data(contentsOf: URL(fileURLWithPath: path)).prefix(12_000)
      .write(to: URL(fileURLWithPath: path))
    let result = try await Command.run(["probe", path])
    #expect(result.output.contains("(counted; decoding may"))
    #expect(result.errorLines.count == 1)
    #expect(
      result.errorLines.first?.hasPrefix(
        "Warning: \(path): the header says 3.1 s, the data hold 1.") == true)
    #expect(result.errors.hasSuffix(": the file seems cut off or damaged\n"))
    #expect(result.status == 0)
  }

  @Test
  func `an undamaged recording that a service takes goes out as it is`() async throws {
    let path = try await make("a.wav", "")
    let result = try await Command.run(["probe", path])
    #expect(
      result.outputLines.contains("  glm                 goes out as it is, if it is undamaged"))
    #expect(result.output.contains("00:00:03.000 (from the header, exact)"))
  }
}
