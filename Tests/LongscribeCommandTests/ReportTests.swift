import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// What `longscribe report` makes, and what it refuses.
@Suite(.serialized) struct ReportTests {
  private static let small =
    "{\"duration\":2,\"segments\":[{\"start\":0,\"end\":2,\"text\":\"Hi.\"}]}"

  /// A folder with a transcript and something that passes for a recording.
  private static func folder(_ json: String = small) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try json.write(toFile: folder.file("talk.json"), atomically: false, encoding: .utf8)
    try "sound".write(toFile: folder.file("talk.m4a"), atomically: false, encoding: .utf8)
    return folder
  }

  private static func report(
    _ folder: TemporaryFolder, _ arguments: String...
  ) async throws -> ProgramResult {
    try await Command.run(["report"] + arguments, folder: folder.path)
  }

  @Test
  func `the JSON that transcribe writes is a page with its envelope, chunks and seams`()
    async throws
  {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator()
    let transcribed = try await Command.run(
      [
        "transcribe", Talk.shared.wav, "--provider", "glm", "--base-url", simulator.baseURL,
        "-f", "json", "-o", folder.path, "--chunk-length", "20", "--start", "3",
      ], environment: Command.key)
    await simulator.stopped()
    #expect([0, 3].contains(transcribed.status), "\(transcribed.errors)")
    let json = try text(of: folder.file("talk.json"))
    let made = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let own = try #require(made["longscribe"] as? [String: Any])
    let envelope = try #require(own["envelope"] as? [String: Any])
    #expect(envelope["per_second"] as? Double == 10)
    let duration = try #require(made["duration"] as? Double)
    let levels = try #require(
      (envelope["levels"] as? String).flatMap { Data(base64Encoded: $0) })
    #expect(levels.count == Int((duration * 10).rounded(.up)))

    let result = try await Self.report(folder, "talk.json", "-o", "talk.html")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    let page = try text(of: folder.file("talk.html"))
    let count = (made["segments"] as? [Any])?.count ?? 0
    #expect(
      result.errorLines == [
        "talk.html: \(count) segment\(count == 1 ? "" : "s"), \(page.utf8.count) bytes"
      ])
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.contains("<title>talk</title>"))
    #expect(page.contains("\"per_second\":10"))
    #expect(page.contains("\"chunks\":[{") && page.contains("\"seams\":[{"))
    #expect(page.contains("\"provider\":\"glm\""))
  }

  @Test
  func `the page refers to the recording by its way from the page`() async throws {
    let folder = try Self.folder()
    for place in ["pages/deep", "other", "other/rec: 1 é"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(place), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(
      atPath: folder.file("talk.m4a"), toPath: folder.file("other/rec: 1 é/a#b.m4a"))
    // A folder that is reached through a link lies where the link leads.
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("pages/deep"))
    for (page, audio, address) in [
      ("talk.html", "talk.m4a", "./talk.m4a"),
      ("pages/deep/talk.html", "talk.m4a", "../../talk.m4a"),
      ("link/other.html", folder.file("talk.m4a"), "../../talk.m4a"),
      ("other/talk.html", "other/rec: 1 é/a#b.m4a", "./rec%3A%201%20%C3%A9/a%23b.m4a"),
    ] {
      let result = try await Self.report(folder, "talk.json", "-o", page, "--audio", audio)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try text(of: folder.file(page)).contains(" src=\"\(address)\">"), "\(page)")
    }
  }

  @Test
  func `a recording can be in the page, if it is not too large for that`() async throws {
    let folder = try Self.folder()
    let result = try await Self.report(
      folder, "talk.json", "-o", "talk.html", "--audio", "talk.m4a", "--embed-audio")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try text(of: folder.file("talk.html")).contains(" src=\"data:audio/mp4;base64,c291bmQ=\">"))

    try await Programs.shell("truncate -s 16000001 '\(folder.file("long.wav"))'")
    let long = try await Self.report(
      folder, "talk.json", "-o", "long.html", "--audio", "long.wav", "--embed-audio")
    #expect(long.status == 64)
    #expect(
      long.errorLines == [
        "Error: long.wav: has 16 MB, and pages hold recordings up to 16 MB; a page can refer to it instead: leave --embed-audio out"
      ])
    #expect(!FileManager.default.fileExists(atPath: folder.file("long.html")))
  }

  @Test
  func `a kind that browsers do not play is told`() async throws {
    let folder = try Self.folder()
    try FileManager.default.moveItem(
      atPath: folder.file("talk.m4a"), toPath: folder.file("talk.amr"))
    let result = try await Self.report(
      folder, "talk.json", "-o", "talk.html", "--audio", "talk.amr")
    #expect(result.status == 0)
    #expect(result.errorLines.first?.hasPrefix("Note: talk.amr: browsers rarely play") == true)
    let quiet = try await Self.report(
      folder, "talk.json", "-o", "talk.html", "--audio", "talk.amr", "--force", "-q")
    #expect(quiet.status == 0 && quiet.errors.isEmpty)
  }

  @Test(arguments: [
    ("", "talk.json: the file is empty"),
    ("{\"text\":", "talk.json is no transcript in JSON: is no JSON, or its end is missing"),
    ("WEBVTT\n", "talk.json is no transcript in JSON: is no JSON, or its end is missing"),
    (
      "{\"version\":1}",
      "talk.json: is no transcript: it has neither segments nor words nor a text"
    ),
    (
      "{\"segments\":[{\"text\":7}]}",
      "talk.json is no transcript in JSON: segments[0].text is no text"
    ),
  ])
  func `what is no transcript is refused with 65`(_ json: String, _ message: String) async throws {
    let folder = try Self.folder(json)
    let result = try await Self.report(folder, "talk.json", "-o", "talk.html")
    #expect(result.status == 65)
    #expect(result.errorLines == ["Error: \(message)"])
    #expect(folder.contents == ["talk.json", "talk.m4a"])
  }

  @Test
  func `a transcript of more than 64 MB is refused without being read to its end`() async throws {
    let folder = try Self.folder()
    try await Programs.shell("truncate -s 3G '\(folder.file("huge.json"))'")
    let result = try await Self.report(folder, "huge.json", "-o", "huge.html")
    #expect(result.status == 65)
    #expect(result.problems.first?.contains("no transcript has more than 64 MB") == true)
    #expect(result.peakMemory < 200_000_000)
    #expect(!FileManager.default.fileExists(atPath: folder.file("huge.html")))
  }

  /// Arguments, the status and what is said.
  static let refusals: [([String], Int32, String)] = [
    (["none.json", "-o", "a.html"], 66, "none.json: no such file"),
    (["talk.json", "-o", "a.html", "--audio", "none.mp3"], 66, "none.mp3: no such file"),
    ([".", "-o", "a.html"], 65, ".: is not a file"),
    (["/dev/null", "-o", "a.html"], 65, "/dev/null: is not a file"),
    (["talk.json", "-o", "a.html", "--audio", "."], 65, ".: is not a file"),
    (["talk.json", "-o", "nowhere/a.html"], 73, "nowhere/a.html: cannot be written"),
    (["talk.json", "-o", "old.html"], 73, "old.html: is there already; --force replaces it"),
    (["talk.json", "-o", "folder", "--force"], 73, "folder: cannot be written"),
    (
      ["talk.json", "-o", "talk.json", "--force"], 73,
      "talk.json: cannot be written (it is the transcript itself)"
    ),
    (
      ["talk.json", "-o", "link.html", "--force"], 73,
      "link.html: cannot be written (it is the transcript itself)"
    ),
    (
      ["talk.json", "-o", "talk.m4a", "--audio", "talk.m4a", "--force"], 73,
      "talk.m4a: cannot be written (it is the recording itself)"
    ),
    (["talk.json"], 64, "Missing option '-o, --output <file>'"),
    (["talk.json", "-o", "a.html", "--embed-audio"], 64, "--embed-audio needs --audio"),
    ([], 64, "Missing expected argument '<json>'"),
  ]

  @Test(arguments: refusals)
  func `what cannot be is refused, and nothing is touched`(
    _ arguments: [String], _ status: Int32, _ message: String
  ) async throws {
    let folder = try Self.folder()
    try "old".write(toFile: folder.file("old.html"), atomically: false, encoding: .utf8)
    try FileManager.default.createDirectory(
      atPath: folder.file("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.html"), withDestinationPath: "talk.json")
    let before = try await folder.listing()
    let result = try await Command.run(["report"] + arguments, folder: folder.path)
    #expect(result.status == status)
    #expect(result.errorLines.first?.hasPrefix("Error: \(message)") == true, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try await folder.listing() == before)
  }

  @Test
  func `an old page is replaced when that is asked for`() async throws {
    let folder = try Self.folder()
    try "old".write(toFile: folder.file("old.html"), atomically: false, encoding: .utf8)
    let result = try await Self.report(folder, "talk.json", "-o", "old.html", "--force")
    #expect(result.status == 0)
    #expect(try text(of: folder.file("old.html")).hasPrefix("<!doctype html>"))
    #expect(folder.contents == ["old.html", "talk.json", "talk.m4a"])
  }

  @Test
  func `a page that there is no room for does not appear`() async throws {
    let folder = try Self.folder()
    let result = try await Command.bash(
      "ulimit -f 8; trap '' XFSZ; \"$longscribe\" report talk.json -o talk.html",
      folder: folder.path)
    #expect(result.status == 73, "\(result.errors)")
    #expect(folder.contents == ["talk.json", "talk.m4a"])
  }
}
