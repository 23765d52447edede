import Foundation
import TestSupport
import Testing

/// Where `convert` writes to, and where it does not.
struct ConvertOutputTests {
  /// An output that is refused, what is in its way, and why.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var output: String
    var make: String
    var reason: String
    var options: [String] = []
    var testDescription: String { ([output] + options).joined(separator: " ") }
  }

  static let refusals = [
    Refusal(
      output: "there.wav", make: "echo keep > there.wav",
      reason: "is there already; --force replaces it"),
    Refusal(
      output: "none/out.wav", make: "true", reason: "cannot be written (there is no folder 'none')"),
    Refusal(
      output: "file/out.wav", make: "echo keep > file",
      reason: "cannot be written (Not a directory)"),
    Refusal(
      output: "folder.wav", make: "mkdir folder.wav",
      reason: "cannot be written (it is there and is not a file)", options: ["--force"]),
    Refusal(
      output: "pipe.wav", make: "mkfifo pipe.wav",
      reason: "cannot be written (it is there and is not a file)", options: ["--force"]),
    Refusal(
      output: "dangling.wav", make: "ln -s nowhere.wav dangling.wav",
      reason: "cannot be written (it is there and is not a file)", options: ["--force"]),
    Refusal(
      output: "talk.wav", make: "true", reason: "cannot be written (it is the recording itself)",
      options: ["--force"]),
    Refusal(
      output: "./link.wav", make: "ln -s talk.wav link.wav",
      reason: "cannot be written (it is the recording itself)", options: ["--force"]),
    Refusal(
      output: "hard.wav", make: "ln talk.wav hard.wav",
      reason: "cannot be written (it is the recording itself)", options: ["--force"]),
  ]

  @Test(arguments: refusals, [[], ["--provider", "glm"]])
  func `an output that cannot be written is refused, and all stays as it was`(
    _ refusal: Refusal, _ options: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    try await Programs.shell(
      "cd \(folder.path); head -c 640044 \(try Talk.shared.wav) > talk.wav; \(refusal.make)")
    let before = try await folder.listing()
    let result = try await Command.run(
      ["convert", "talk.wav", "-o", refusal.output] + refusal.options + options,
      folder: folder.path)
    #expect(result.errorLines == ["Error: \(refusal.output): \(refusal.reason)"])
    #expect(result.status == 73)
    #expect(try await folder.listing() == before)
  }

  @Test(arguments: [[], ["--provider", "glm"]])
  func `a place that takes no files is named before the recording is heard`(
    _ options: [String]
  ) async throws {
    // It was noticed after the decoding; this recording would wait for its writer for ever.
    let folder = try TemporaryFolder()
    let pipe = try SlowPipe(folder.file("pipe"))
    let result = try await Command.run(
      ["convert", pipe.path, "-o", folder.file("none/out.wav")] + options, limit: 20)
    #expect(result.status == 73)
  }

  @Test
  func `a file is replaced where that is asked for, and only by a whole one`() async throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out.wav")
    try "keep".write(toFile: out, atomically: false, encoding: .utf8)
    let bad = try await Media.make("text.mp3", in: folder)
    let failed = try await Command.run(["convert", bad, "-o", out, "--force"])
    #expect(failed.status == 65)
    #expect(try text(of: out) == "keep")
    let made = try await Command.run(
      ["convert", try Talk.shared.wav, "-o", out, "--force", "--end", "2"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(try Sound.samples(ofWave: out).count == 32_000)
    #expect(folder.contents == ["out.wav", "text.mp3"])
  }

  @Test
  func `a new file has the rights that the user's mask gives`() async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      "umask 027; for i in 1 2; do $longscribe convert \(try Talk.shared.wav) -o out.wav --end 1 -q "
        + "--force || exit 1; stat -c %a out.wav; done", folder: folder.path)
    #expect(result.outputLines == ["640", "640"])
  }

  @Test
  func `of two that make the same file at once, exactly one does`() async throws {
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    for round in 0..<5 {
      let out = folder.file("out\(round).wav")
      async let one = Command.run(["convert", talk, "-o", out])
      async let two = Command.run(["convert", talk, "-o", out])
      let statuses = try await [one.status, two.status]
      #expect(statuses.sorted() == [0, 73])
      #expect(try Sound.samples(ofWave: out).count == Int(Talk.seconds * 16_000))
    }
    #expect(folder.contents.count == 5)
  }

  @Test(arguments: [
    ("-x.wav", "out.wav"), ("http:x.wav", "%s%n.wav"), ("x.wav", "file:out.wav"),
    ("x y.wav", "it's \"out\" $HOME.wav"), ("a\nb.wav", "c\nd.wav"), ("ü漢.wav", "é😀.WAV"),
  ])
  func `names are names, whatever they look like`(
    _ input: String, _ output: String
  ) async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: try await Media.make("tone.wav", in: folder), toPath: folder.file(input))
    let result = try await Command.run(
      ["convert", "-o", output, "--", input], folder: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errorLines.count == 1)
    #expect(folder.contents == ["tone.wav", input, output].sorted())
    #expect(try Sound.samples(ofWave: folder.file(output)).count == 48_000)
  }

  @Test
  func `outputs whose names are no UTF-8 get those names`() async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      """
      name=$'caf\\xe9'
      $longscribe convert \(try Talk.shared.wav) -o $name.wav -q --end 9 &&
      $longscribe convert $name.wav -o $name.wav -q --force 2>own; grep -q 'the recording itself' own &&
      $longscribe split $name.wav -o $name/$name -q --chunk-length 5 &&
      ! $longscribe split $name.wav -o $name/$name -q --chunk-length 5 2>/dev/null &&
      $longscribe split $name.wav -o $name/$name -q --chunk-length 60 --force &&
      ls $name.wav $name/$name | tr -d '\\351'
      """, folder: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.outputLines == ["caf.wav", "", "caf/caf:", "chunk-00000.wav", "plan.json"])
  }

  @Test
  func `standard input and pipes are recordings too`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Recording.m4a.make(in: folder)
    let result = try await Command.bash(
      """
      mkfifo pipe; cat \(path) > pipe &
      $longscribe convert \(path) -o file.wav -q && $longscribe convert pipe -o fifo.wav -q &&
      $longscribe convert /dev/stdin -o redirected.wav -q < \(path) &&
      cat \(path) | $longscribe convert /dev/stdin -o piped.wav -q &&
      for name in fifo redirected piped; do cmp file.wav $name.wav || exit 1; done
      """, folder: folder.path)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
