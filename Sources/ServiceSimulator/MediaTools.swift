/// Looks into media files with the ffmpeg program.
///
/// The program, not its library: what a client encoded with the library is judged by something
/// that shares no code with it in this process.
struct MediaTools: Sendable {
  /// What ffmpeg made of a file.
  struct Decoding {
    /// ffmpeg's name of the container, nil when it knew none.
    let format: String?
    /// Whether the program ended without an error.
    let succeeded: Bool
    /// ffmpeg's last line, as a reason for a failure.
    let lastMessage: String
  }

  let stop: StopSignal

  func checkInstalled() throws(SimulatorError) {
    guard ChildProcess.isInstalled("ffmpeg") else {
      throw .missingProgram(name: "ffmpeg", package: "ffmpeg")
    }
  }

  /// Decodes the audio of a file to 16 kHz, one channel, 16 bits, into `output`.
  ///
  /// The file's format is found by its content, unless it is known to be samples without a
  /// header (`isRaw`). Blocks until all is decoded.
  func decode(
    _ path: String,
    isRaw: Bool = false,
    into output: borrowing TemporaryFile
  ) throws(SimulatorError) -> Decoding {
    let messages = try TemporaryFile()
    let rawInput = isRaw ? ["-f", "s16le", "-ar", "16000", "-ac", "1"] : []
    let status = ChildProcess.run(
      "ffmpeg",
      ["-hide_banner", "-nostdin", "-nostats", "-threads", "1"] + rawInput + [
        "-i", path, "-vn", "-f", "s16le", "-ar", "16000", "-ac", "1", "-",
      ],
      output: output.descriptor,
      errors: messages.descriptor,
      stop: stop
    )
    let text = String(decoding: messages.read(limit: 64 * 1024), as: UTF8.self)
    let lines = text.split(separator: "\n")
    return Decoding(
      format: lines.lazy.compactMap(Self.format(in:)).first,
      succeeded: status == 0,
      lastMessage: lines.last.map { String($0).replacing(path, with: "file") } ?? "no message"
    )
  }

  /// The format in a line such as `Input #0, wav, from 'name':`.
  private static func format(in line: Substring) -> String? {
    let opening = "Input #0, "
    guard line.hasPrefix(opening) else { return nil }
    let rest = line.dropFirst(opening.count)
    guard let end = rest.firstRange(of: ", from ") else { return nil }
    return String(rest[..<end.lowerBound])
  }
}
