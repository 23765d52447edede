import Foundation
import LongscribeCore
import Testing

@Suite("The page of a transcript")
struct ReportPageTests {
  /// Texts that try to leave the place that they are put in.
  static let hostile = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--<script>",
    "a\u{2028}b\u{2029}c", "\" onload=\"alert(1)", "'; alert(1); '", "{{script}}{{data}}",
    "]]>", "&lt;b&gt;&amp;", "\u{0}\u{1B}[2J", "\\u003c/script\\u003e", "javascript:alert(1)",
  ]

  private static func run(_ text: String) throws -> RunDocument {
    let object: [String: Any] = [
      "language": text, "duration": 9,
      "segments": [["start": 0, "end": 9, "text": "x\(text)x"]],
      "words": [["start": 0, "end": 9, "word": text + "w"]],
      "longscribe": [
        "provider": text, "model": text, "warnings": [text],
        "gaps": [["start": 1, "end": 2, "reason": text, "code": text]],
        "dropped": [["start": 1, "end": 2, "text": text, "reason": text]],
        "seams": [["chunk": 1, "position": 3, "kind": text, "method": text]],
      ],
    ]
    return try RunDocument(json: JSONSerialization.data(withJSONObject: object))
  }

  /// What lies between two marks of a page.
  private static func between(_ start: String, _ end: String, of html: String) throws -> String {
    let first = try #require(html.range(of: start))
    let last = try #require(html.range(of: end, range: first.upperBound..<html.endIndex))
    return String(html[first.upperBound..<last.lowerBound])
  }

  private static func count(_ text: String, in html: String) -> Int {
    html.components(separatedBy: text).count - 1
  }

  @Test("No text gets out of its place, and every text arrives as it was", arguments: hostile)
  func escaping(_ text: String) throws {
    let html = ReportPage(try Self.run(text), title: text).html
    let plain = ReportPage(try Self.run("plain"), title: "plain").html
    // As many elements as a page of plain text has.
    for mark in ["<script", "</script", "<img", "<!--", "</style", " onload=\""] {
      #expect(Self.count(mark, in: html) == Self.count(mark, in: plain), "\(mark)")
    }
    let json = try Self.between("id=\"run\">", "</script>", of: html)
    #expect(!json.contains("<") && !json.contains("\u{2028}") && !json.contains("\u{2029}"))
    let data = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let segments = try #require(data["segments"] as? [[String: Any]])
    #expect(segments.first?["text"] as? String == "x\(text)x")
    let head = try #require(data["head"] as? [String: Any])
    #expect(head["title"] as? String == text)
    #expect(head["warnings"] as? [String] == [text])
    let title = try Self.between("<title>", "</title>", of: html)
    #expect(!title.contains("<") && !title.contains("\""))
  }

  @Test("The policy names the only script and the only style by their hashes, and nothing outside")
  func policy() throws {
    let html = ReportPage(try Self.run("text"), title: "talk").html
    let policy = try Self.between("Content-Security-Policy\" content=\"", "\"", of: html)
    let directives = policy.replacing("&#39;", with: "'").components(separatedBy: "; ")
    #expect(directives.first == "default-src 'none'")
    #expect(directives.contains("media-src blob:"))
    for (directive, start, end) in [
      ("script-src", "<script>", "</script>"), ("style-src", "<style>", "</style>"),
    ] {
      let text = try Self.between(start, end, of: html)
      let hash = try Self.sha256(text)
      #expect(directives.contains("\(directive) 'sha256-\(hash)'"))
    }
    #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
    // The policy comes before all that it has to hold for.
    let place = try #require(html.range(of: "Content-Security-Policy")?.lowerBound)
    #expect(try #require(html.range(of: "<style>")?.lowerBound) > place)
    #expect(!html.contains("http://") || Self.count("http://", in: html) == 1, "but SVG's name")
    #expect(!html.contains("https://"))
  }

  /// The hash that another program finds.
  private static func sha256(_ text: String) throws -> String {
    let program = Process()
    program.executableURL = URL(filePath: "/usr/bin/env")
    program.arguments = [
      "python3", "-c",
      "import base64, hashlib, sys; "
        + "print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode())",
    ]
    let (input, output) = (Pipe(), Pipe())
    program.standardInput = input
    program.standardOutput = output
    try program.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let hash = output.fileHandleForReading.readDataToEndOfFile()
    program.waitUntilExit()
    return String(decoding: hash, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("The recording is where the page says, or in it")
  func audio() throws {
    let run = try Self.run("text")
    let linked = ReportPage(
      run, title: "t",
      audio: .file(address: BrowserMedia.address(ofPath: "./a \"b\" #1?.m4a".utf8))
    ).html
    #expect(linked.contains(" src=\"./a%20%22b%22%20%231%3F.m4a\">"))
    #expect(linked.contains("media-src &#39;self&#39; file: blob:"))
    let embedded = ReportPage(
      run, title: "t", audio: .embedded(Data([1, 2, 3]), mediaType: "audio/mpeg")
    ).html
    #expect(embedded.contains(" src=\"data:audio/mpeg;base64,AQID\">"))
    #expect(embedded.contains("media-src data: blob:"))
    #expect(!ReportPage(run, title: "t").html.contains(" src="))
  }

  @Test("The same transcript gives the same page")
  func determinism() throws {
    let run = try Self.run("text")
    #expect(ReportPage(run, title: "t").html == ReportPage(run, title: "t").html)
  }

  @Test(
    "Kinds of recordings have the names that browsers know",
    arguments: [
      ("a.mp3", "audio/mpeg"), ("A.M4A", "audio/mp4"), ("x.y.webm", "video/webm"), ("a.amr", nil),
      ("mp3", nil), ("", nil),
    ] as [(String, String?)])
  func mediaTypes(name: String, type: String?) {
    #expect(BrowserMedia.type(ofFileNamed: name) == type)
  }

  @Test("All segments of ten hours are in the page")
  func tenHours() throws {
    let segments = (0..<10_000).map { index in
      ["start": Double(index) * 3.6, "end": Double(index) * 3.6 + 3, "text": "Segment \(index)."]
        as [String: Any]
    }
    let json = try JSONSerialization.data(withJSONObject: ["segments": segments])
    let html = ReportPage(try RunDocument(json: json), title: "long").html
    #expect(Self.count("\"text\":\"Segment", in: html) == 10_000)
    #expect(html.utf8.count < 1_200_000)
  }
}
