/// Judges an uploaded file by its content and decodes it.
struct AudioInspector: Sendable {
  /// Samples per second of all decoded audio.
  static let sampleRate = 16_000
  /// Resampling may add a sample or two to audio of just the allowed length: 1 ms is forgiven.
  private static let tolerance = 0.001

  let tools: MediaTools

  /// The samples of an uploaded file that keeps the limits.
  ///
  /// - Parameter note: Told the format and the seconds as soon as they are known, even if the
  ///   file is refused then.
  func inspect(
    _ file: MultipartForm.Part,
    limits: AudioLimits,
    note: (_ format: String?, _ seconds: Double?) -> Void
  ) throws(Refusal) -> [Int16] {
    let fileName = file.fileName ?? ""
    guard let suffix = limits.formats.first(where: { fileName.hasSuffix(".\($0)") }) else {
      throw Refusal(
        .badAudio,
        "the file name must end with .\(limits.formats.joined(separator: " or ."))"
      )
    }
    guard file.content.count <= limits.bytes else {
      throw Refusal(
        .badAudio,
        "the file has \(file.content.count) bytes; the limit is \(limits.bytes) bytes"
      )
    }
    guard !file.content.isEmpty else {
      throw Refusal(.badAudio, "the file is empty")
    }
    let (decoding, samples) = try decode(file.content)
    note(decoding.format, nil)
    guard let format = decoding.format, limits.formats.contains(format) else {
      throw Refusal(
        .badAudio,
        "the file is \(decoding.format ?? "no audio that can be decoded"), not "
          + limits.formats.joined(separator: " or ")
      )
    }
    guard format == suffix else {
      throw Refusal(.badAudio, "the file is \(format), but its name ends with .\(suffix)")
    }
    if format == "wav", let defect = WaveHeader.defect(in: file.content) {
      throw Refusal(.badAudio, defect)
    }
    guard decoding.succeeded, !samples.isEmpty else {
      throw Refusal(.badAudio, "the file cannot be decoded: \(decoding.lastMessage)")
    }
    let seconds = Double(samples.count) / Double(Self.sampleRate)
    note(format, seconds)
    guard seconds <= limits.seconds + Self.tolerance else {
      throw Refusal(
        .badAudio,
        "the audio is \(seconds) seconds long; the limit is \(limits.seconds) seconds"
      )
    }
    return samples
  }

  private func decode(
    _ content: ArraySlice<UInt8>
  ) throws(Refusal) -> (MediaTools.Decoding, [Int16]) {
    do throws(SimulatorError) {
      // Without a suffix, so that ffmpeg cannot go by the name.
      let input = try TemporaryFile()
      try input.write(content)
      let output = try TemporaryFile()
      let decoding = try tools.decode(input.path, into: output)
      return (decoding, output.readSamples())
    } catch {
      throw Refusal(.simulatorFailure, error.description)
    }
  }
}
