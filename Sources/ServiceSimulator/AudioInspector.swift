/// Judges an uploaded file by its name, its media type and its content, and decodes it.
struct AudioInspector: Sendable {
  /// Samples per second of all decoded audio.
  static let sampleRate = 16_000
  /// Resampling may add a sample or two to audio of just the allowed length: 1 ms is forgiven.
  private static let tolerance = 0.001

  let tools: MediaTools
  /// Whether plain WAV files are read without ffmpeg.
  var readsPlainWave = false

  /// The samples of an uploaded file that keeps the limits.
  ///
  /// - Parameter note: Told the format and the seconds as soon as they are known, even if the
  ///   file is refused then.
  func inspect(
    _ file: MultipartForm.Part,
    limits: AudioLimits,
    note: (_ format: String?, _ seconds: Double?) -> Void
  ) throws(Refusal) -> [Int16] {
    let suffix = try suffix(of: file.fileName ?? "", limits)
    guard file.content.count <= limits.bytes else {
      throw Refusal(
        .fileTooLarge(limit: limits.bytes),
        "the file has \(file.content.count) bytes; the limit is \(limits.bytes) bytes"
      )
    }
    guard !file.content.isEmpty else {
      throw Refusal(.emptyFile, "the file is empty")
    }
    let expected = AudioFormat.formats(ofSuffix: suffix)
    let isRaw = expected == [.pcm]
    let (decoding, samples) = try decode(file.content, isRaw: isRaw)
    let format = isRaw ? .pcm : decoding.format.flatMap { AudioFormat(ffmpegName: $0) }
    let name = format?.rawValue ?? decoding.format
    note(name, nil)
    guard let format, limits.suffixes.contains(where: { Self.fits(format, suffix: $0) }) else {
      throw Refusal(
        decoding.format == nil ? .undecodable : .contentNotAsNamed,
        "the file is \(name ?? "no audio that can be decoded"), not "
          + limits.suffixes.joined(separator: " or ")
      )
    }
    guard expected.contains(format) else {
      throw Refusal(
        .contentNotAsNamed, "the file is \(format.rawValue), but its name ends with .\(suffix)")
    }
    try checkMediaType(file.contentType, format)
    if format == .wav, let defect = WaveHeader.defect(in: file.content) {
      throw Refusal(.undecodable, defect)
    }
    guard decoding.succeeded, !samples.isEmpty else {
      throw Refusal(.undecodable, "the file cannot be decoded: \(decoding.lastMessage)")
    }
    let seconds = Double(samples.count) / Double(Self.sampleRate)
    note(format.rawValue, seconds)
    try check(seconds, limits)
    return samples
  }

  private func suffix(of fileName: String, _ limits: AudioLimits) throws(Refusal) -> String {
    let compared = limits.ignoresCase ? fileName.lowercased() : fileName
    guard let suffix = limits.suffixes.first(where: { compared.hasSuffix(".\($0)") }) else {
      throw Refusal(
        .badFileName,
        "the file name must end with .\(limits.suffixes.joined(separator: " or ."))"
      )
    }
    return suffix
  }

  private static func fits(_ format: AudioFormat, suffix: String) -> Bool {
    AudioFormat.formats(ofSuffix: suffix).contains(format)
  }

  /// A type that says nothing is as good as the right one.
  private func checkMediaType(_ declared: String?, _ format: AudioFormat) throws(Refusal) {
    guard let type = declared?.lowercased(), type != "application/octet-stream" else { return }
    guard format.mediaTypes.contains(type) else {
      throw Refusal(
        .badMediaType, "the file is \(format.rawValue), but its Content-Type is \(type)")
    }
  }

  private func check(_ seconds: Double, _ limits: AudioLimits) throws(Refusal) {
    guard seconds >= limits.leastSeconds else {
      throw Refusal(
        .tooShort,
        "the audio is \(seconds) seconds long; at least \(limits.leastSeconds) seconds are needed"
      )
    }
    guard let limit = limits.seconds else { return }
    guard limits.isBelow ? seconds < limit : seconds <= limit + Self.tolerance else {
      throw Refusal(
        .tooLong(seconds: seconds, limit: limit),
        "the audio is \(seconds) seconds long; the limit is \(limit) seconds"
      )
    }
  }

  private func decode(
    _ content: ArraySlice<UInt8>,
    isRaw: Bool
  ) throws(Refusal) -> (MediaTools.Decoding, [Int16]) {
    if readsPlainWave, !isRaw, let samples = WaveHeader.plainSamples(in: content) {
      return (MediaTools.Decoding(format: "wav", succeeded: true, lastMessage: ""), samples)
    }
    do throws(SimulatorError) {
      // Without a suffix, so that ffmpeg cannot go by the name.
      let input = try TemporaryFile()
      try input.write(content)
      let output = try TemporaryFile()
      let decoding = try tools.decode(input.path, isRaw: isRaw, into: output)
      return (decoding, output.readSamples())
    } catch {
      throw Refusal(.simulatorFailure, error.description)
    }
  }
}
