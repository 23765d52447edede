import Foundation
import TestSupport
import Testing

/// Completion scripts and the manual page, in the programs that read them.
struct CompletionTests {
  /// What bash offers for the last word of a command line.
  private static func bash(_ words: [String], in folder: TemporaryFolder) async throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let result = try await Command.bash(
      """
      set -u
      source <("$longscribe" completions bash)
      compopt() { :; }  # Works only while bash completes.
      COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)
      _longscribe
      printf '%s\\n' "${COMPREPLY[@]-}"
      """, folder: folder.path)
    #expect(result.errors.isEmpty)
    return result.outputLines.filter { !$0.isEmpty }
  }

  @Test(arguments: [
    (["longscribe", "tr"], ["transcribe"]),
    (["longscribe", "help", "comp"], ["completions"]),
    (["longscribe", "transcribe", "--name"], ["--name-template"]),
    (["longscribe", "transcribe", "x.wav", "-p", "co"], ["coze"]),
    (["longscribe", "transcribe", "--provider", "=", "si"], ["siliconflow"]),
    (["longscribe", "transcribe", "-f", "sr"], ["srt"]),
    (["longscribe", "transcribe", "-f", "srt,vt"], ["srt,vtt"]),
    (["longscribe", "transcribe", "-o", "o"], ["out"]),
    (["longscribe", "transcribe", "ta"], ["talk of mine.wav"]),
    (["longscribe", "completions", ""], ["bash", "zsh", "fish"]),
    (["longscribe", "jobs", "pr"], ["prune"]),
    (["longscribe", "transcribe", "--prompt", "t"], []),
  ])
  func `bash completes commands, options and values`(
    _ words: [String], _ offers: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    try Silence.make(["talk of mine.wav", "out/other.wav"], in: folder)
    #expect(try await Self.bash(words, in: folder) == offers)
  }

  @Test
  func `bash knows the completion after the script was read`() async throws {
    let result = try await Command.bash(
      #"source <("$longscribe" completions bash); complete -p longscribe"#)
    #expect(result.output == "complete -F _longscribe longscribe\n")
    #expect(result.errors.isEmpty)
  }

  /// A shell that may not be there checks the script without running it.
  @Test(
    arguments: ["bash", "zsh", "fish"].filter { shell in
      let isThere = ["/bin", "/usr/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
      }
      if !isThere {
        print("skipped: \(shell) is not installed, so its completions are not checked")
      }
      return isThere
    })
  func `the script is one that the shell understands`(_ shell: String) async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      "\"$longscribe\" completions \(shell) > script && \(shell) -n script", folder: folder.path)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test
  func `zsh and fish get every command and option`() async throws {
    let help = try await Command.run(["transcribe", "--help"]).output
    let options = help.matches(of: /--[a-z0-9-]+/).map { String($0.output) }
    for shell in ["zsh", "fish"] {
      let script = try await Command.run(["completions", shell]).output
      for option in ["--name-template", "--files-from", "--concurrency"]
      where options.contains(option) {
        #expect(script.contains(shell == "fish" ? "-l \(option.dropFirst(2))" : option))
      }
      #expect(script.contains("siliconflow"))
    }
  }

  @Test
  func `a shell that there is no script for is refused`() async throws {
    let result = try await Command.run(["completions", "bsh"])
    #expect(
      result.errorLines.first
        == "Error: Unknown shell 'bsh'; there are bash, zsh, fish. Did you mean 'bash'?")
    #expect(result.status == 64)
  }

  @Test
  func `the manual page has every command, and roff has nothing to say about it`() async throws {
    let page = try await Command.run(["help", "--man"])
    #expect(page.output.hasPrefix(".TH LONGSCRIBE 1 "))
    for command in ["transcribe", "doctor", "completions", "stitch"] {
      #expect(page.output.contains(".SS longscribe \(command)"))
    }
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else {
      print("skipped: groff is not installed, so the manual page is not set")
      return
    }
    let set = try await Command.bash(
      "\"$longscribe\" help --man | groff -ww -man -Tutf8 -P-cbou -rLL=100n",
      environment: ["LC_ALL": "C.UTF-8"])
    #expect(set.errors.isEmpty)
    #expect(set.output.contains("-o, --output-dir dir"))
    #expect(set.output.contains("longscribe transcribe lecture.m4a > lecture.txt"))
  }
}
