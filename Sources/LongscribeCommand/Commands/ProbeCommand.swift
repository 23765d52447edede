import Longscribe

/// `longscribe probe`: what is in recordings, and what each service needs.
enum ProbeCommand {
  static func run(
    _ arguments: ParsedArguments, console: Console, environment: [String: String]
  ) async throws(CommandFailure) -> ExitCode {
    var outcomes: [ExitCode] = []
    var documents: [ProbeDocument] = []
    let isJSON = arguments.flag("--json")
    for input in arguments.positionals {
      let description: MediaDescription
      do throws(CommandFailure) {
        description = try await probe(input, environment: environment)
        outcomes.append(.success)
      } catch {
        outcomes.append(error.code)
        if error.code == .interrupted { break }
        console.error("Error: \(error.message)")
        continue
      }
      let needs = ServiceNeeds.all(description)
      if isJSON {
        documents.append(ProbeDocument(description, needs))
      } else {
        try console.output(text(description, needs))
      }
    }
    if isJSON, !documents.isEmpty {
      let text =
        arguments.positionals.count == 1 ? JSONText.write(documents[0]) : JSONText.write(documents)
      try console.output(text)
    }
    return ExitCode.of(outcomes)
  }

  private static func probe(
    _ input: String, environment: [String: String]
  ) async throws(CommandFailure) -> MediaDescription {
    let options = Transcriber.Options(temporaryFolder: PlanOptions.temporaryFolder(environment))
    do throws(MediaError) {
      let description = try await Transcriber(options: options).probe(input)
      if description.tracks.isEmpty { throw MediaError(.noAudio, file: description.file) }
      return description
    } catch {
      throw CommandFailure(code: ExitCode.of(.media(error)), message: error.description)
    }
  }

  private static func text(_ description: MediaDescription, _ needs: [ServiceNeeds]) -> String {
    var text = "\(description.file)\n"
    text += "  container   \(description.formatLong)"
    if let bytes = description.byteCount { text += ", \(bytes) bytes" }
    text += description.hasVideo ? ", with video\n" : "\n"
    if let duration = description.duration, let source = description.durationSource {
      text +=
        "  duration    \(TimeText.clock(Timeline.samples(duration))) (from the \(source.rawValue))\n"
    } else {
      text += "  duration    not told by the container\n"
    }
    for track in description.tracks {
      let parts = [
        track.codec, "\(track.sampleRate) Hz", track.layout,
        track.bitRate.map { "\($0 / 1000) kb/s" }, track.language, track.title,
        track.startOffset.flatMap {
          $0 > 0.05 ? "starts \(TimeText.short(Timeline.samples($0))) late" : nil
        },
        track.index == description.defaultTrack?.index && description.tracks.count > 1
          ? "default" : nil,
      ].compactMap { $0 }.filter { !$0.isEmpty }
      text += "  track \(track.index)     \(parts.joined(separator: ", "))\n"
    }
    for need in needs {
      text +=
        "  \(need.label)\(String(repeating: " ", count: max(1, 12 - need.label.count)))\(need.sentence)\n"
    }
    return text
  }
}

/// What one service needs of a recording, as far as the container tells.
struct ServiceNeeds: Encodable {
  enum Need: String, Encodable {
    /// It can be sent as it is, if it decodes cleanly.
    case asIs = "as_is"
    /// It fits in one call once it is converted.
    case convert
    /// It has to be cut.
    case split
    /// The container does not tell its length.
    case unknown
  }

  let provider: String
  let model: String
  let need: Need
  /// The fewest calls that can be enough.
  let calls: Int64?

  var label: String { model }

  var sentence: String {
    switch need {
    case .asIs: "goes out as it is, if it is undamaged"
    case .convert: "needs converting, 1 call"
    case .split: "needs splitting, at least \(calls ?? 2) calls"
    case .unknown: "needs converting; 'longscribe plan' shows how many calls"
    }
  }

  static func all(_ description: MediaDescription) -> [ServiceNeeds] {
    GLMModel.all.map { model in
      ServiceNeeds(provider: "glm", model: model.name, limits: model.limits, description)
    }
  }

  private init(
    provider: String, model: String, limits: ServiceLimits, _ description: MediaDescription
  ) {
    self.provider = provider
    self.model = model
    guard let duration = description.duration else {
      need = .unknown
      calls = nil
      return
    }
    let samples = Timeline.samples(duration)
    let longest = max(1, limits.uploadFormat.map { limits.longestChunk(in: $0) } ?? 1)
    let calls = max(1, (samples + longest - 1) / longest)
    self.calls = calls
    let accepted = description.uploadFormat.map(limits.formats.contains) ?? false
    let fits = (description.byteCount ?? .max) <= limits.maximumFileBytes
    let isLongEnough = samples >= limits.minimumSamples
    need = calls > 1 ? .split : accepted && fits && isLongEnough ? .asIs : .convert
  }
}

/// A probed recording as JSON, with ffprobe's names where it has them; numbers are numbers.
struct ProbeDocument: Encodable {
  struct Format: Encodable {
    let filename: String
    let formatName: String
    let formatLongName: String
    let size: Int64?
    let duration: Double?
    let durationSource: MediaDescription.DurationSource?

    enum CodingKeys: String, CodingKey {
      case filename, size, duration
      case formatName = "format_name"
      case formatLongName = "format_long_name"
      case durationSource = "duration_source"
    }
  }

  struct Stream: Encodable {
    let index: Int
    let track: Int
    let codecType = "audio"
    let codecName: String
    let codecLongName: String
    let sampleRate: Int
    let channels: Int
    let channelLayout: String
    let bitRate: Int64?
    let language: String?
    let title: String?
    let isDefault: Bool
    let startOffset: Double?

    enum CodingKeys: String, CodingKey {
      case index, track, channels, language, title
      case codecType = "codec_type"
      case codecName = "codec_name"
      case codecLongName = "codec_long_name"
      case sampleRate = "sample_rate"
      case channelLayout = "channel_layout"
      case bitRate = "bit_rate"
      case isDefault = "default"
      case startOffset = "start_offset"
    }
  }

  let format: Format
  let streams: [Stream]
  let video: Bool
  let services: [ServiceNeeds]

  init(_ description: MediaDescription, _ needs: [ServiceNeeds]) {
    format = Format(
      filename: description.file, formatName: description.format,
      formatLongName: description.formatLong, size: description.byteCount,
      duration: description.duration, durationSource: description.durationSource)
    streams = description.tracks.map { track in
      Stream(
        index: track.stream, track: track.index, codecName: track.codec,
        codecLongName: track.codecLong, sampleRate: track.sampleRate, channels: track.channels,
        channelLayout: track.layout, bitRate: track.bitRate, language: track.language,
        title: track.title, isDefault: track.isDefault, startOffset: track.startOffset)
    }
    video = description.hasVideo
    services = needs
  }
}
