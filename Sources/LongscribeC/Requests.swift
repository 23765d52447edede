import Foundation
import Longscribe
import LongscribeInterchange

/// The object that a call was given.
enum RequestText {
  /// Reads a C string; `nil` stands for an object without members.
  static func reader(_ text: UnsafePointer<CChar>?) throws(CallFailure) -> ConfigReader {
    guard let text else { return try reader("{}") }
    return try reader(Data(bytes: text, count: strlen(text)))
  }

  private static func reader(_ text: String) throws(CallFailure) -> ConfigReader {
    try reader(Data(text.utf8))
  }

  private static func reader(_ data: Data) throws(CallFailure) -> ConfigReader {
    do throws(ConfigError) {
      return try ConfigReader(data: data)
    } catch {
      throw CallFailure(.usage, "the request cannot be used: \(error.message)")
    }
  }

  /// Reads all that a call may hold, and refuses what else is in it.
  static func read<T>(
    _ text: UnsafePointer<CChar>?, _ body: (ConfigReader) throws(ConfigError) -> T
  ) throws(CallFailure) -> T {
    let reader = try reader(text)
    do throws(ConfigError) {
      let value = try body(reader)
      try reader.finish()
      return value
    } catch {
      throw CallFailure(error)
    }
  }
}

/// What `longscribe_open` is asked for.
struct OpenRequest {
  /// Options that only services have.
  private static let ofServices = [
    "prompt", "temperature", "stream", "response_format", "timestamp_granularities", "hotwords",
    "user_id", "request_id", "timeout", "proxy", "ca_file", "http2", "limit_seconds",
    "limit_bytes", "key", "rate",
  ]

  let name: String
  let profiles: [ServiceProfile]
  let model: String?
  let address: String?
  let key: Secret?
  let options: ServiceOptions
  let limits: Provider.OwnLimits
  let network: NetworkOptions
  let transcriber: Transcriber.Options
  /// What calls cost, if that is known better.
  let price: CallRate.Price?
  /// The journal's folder.
  let journal: String?
  /// What all that is transcribed with the handle may use up.
  let bounds: BudgetBounds
  /// Sentences about options that will not be sent.
  let notes: [String]

  init(_ reader: ConfigReader) throws(ConfigError) {
    name = try reader.text("provider") ?? Provider.offlineName
    profiles = try ProfileDocument.profiles(try reader.object("profiles"))
    model = try reader.text("model")
    address = try reader.text("base_url")
    key = try Self.key(reader)
    options = try Self.options(reader)
    limits = Provider.OwnLimits(
      seconds: try reader.number("limit_seconds", in: Provider.OwnLimits.seconds),
      bytes: try reader.number("limit_bytes", in: Provider.OwnLimits.bytes).map { Int64($0) })
    network = try Self.network(reader)
    price = try reader.price("rate")
    journal = try reader.file("journal")
    bounds = BudgetBounds(
      cost: try Self.cost(reader),
      calls: try reader.integer("max_calls", in: BudgetBounds.calls),
      seconds: try reader.number("max_audio_seconds", in: BudgetBounds.seconds))
    transcriber = Transcriber.Options(
      concurrency: try reader.integer("concurrency", in: 1...1000),
      requestsPerMinute: try reader.integer("requests_per_minute", in: 1...100_000),
      temporaryFolder: try reader.file("temporary_folder"))
    let given = Set(reader.names)
    notes =
      name == Provider.offlineName
      ? Self.ofServices.filter(given.contains).map {
        "the offline recogniser has no '\($0)'; it is ignored"
      } : []
  }

  private static func cost(
    _ reader: ConfigReader
  ) throws(ConfigError) -> (millionths: Int64, currency: String?)? {
    guard let text = try reader.text("max_cost") else { return nil }
    guard let amount = DecimalText.amount(text) else {
      throw ConfigError(
        message: "'max_cost' is '\(text)'; it has to be an amount such as 5, 0.25 or 5USD")
    }
    return amount
  }

  private static func key(_ reader: ConfigReader) throws(ConfigError) -> Secret? {
    guard let key = try reader.text("key").map(Secret.init) else { return nil }
    // What it is instead is not told: it may hold a key.
    guard key.isOneWord else { throw ConfigError(message: "'key' has to be one word") }
    return key
  }

  private static func options(_ reader: ConfigReader) throws(ConfigError) -> ServiceOptions {
    var options = ServiceOptions()
    options.language = try reader.text("language")
    options.prompt = try reader.text("prompt")
    options.temperature = try reader.number("temperature", in: 0...1)
    options.responseFormat = try reader.choice("response_format")
    options.timestampGranularities = try reader.choices("timestamp_granularities").map(Set.init)
    options.stream = try reader.flag("stream") ?? false
    options.userID = try reader.text("user_id")
    options.requestID = try reader.text("request_id")
    options.hotwords = try reader.texts("hotwords") ?? []
    return options
  }

  private static func network(_ reader: ConfigReader) throws(ConfigError) -> NetworkOptions {
    let proxy = try reader.text("proxy")
    if let proxy, !NetworkOptions.isProxy(proxy) {
      // Not repeated: it may hold a password.
      throw ConfigError(message: "'proxy' is no address such as http://proxy.example:3128")
    }
    let authorities = try reader.file("ca_file")
    if let authorities, !FileManager.default.isReadableFile(atPath: authorities) {
      throw ConfigError(message: "'ca_file': \(authorities) cannot be read")
    }
    return NetworkOptions(
      proxy: proxy, certificateFile: authorities, usesHTTP2: try reader.flag("http2") ?? false,
      timeout: try reader.number("timeout", in: 1...86_400))
  }
}

/// What of a recording is meant, and how it is cut.
struct MediaRequest: Sendable {
  let input: String
  private let selection: AudioSelection
  private let stopsAtDamage: Bool
  private let deadline: Double?
  private let chunkLength: Int64?
  private let overlap: Int64?

  init(_ reader: ConfigReader) throws(ConfigError) {
    input = try Self.input(reader)
    selection = try Self.selection(reader)
    stopsAtDamage = try reader.flag("strict") ?? false
    deadline = try reader.number("deadline", in: 0.001...1e9)
    chunkLength = try reader.number("chunk_length", in: 2...86_400).map(Timeline.samples)
    overlap = try reader.number("overlap", in: 0...60).map(Timeline.samples)
  }

  static func input(_ reader: ConfigReader) throws(ConfigError) -> String {
    guard let input = try reader.file("input") else {
      throw ConfigError(message: "'input' is missing: the recording's file")
    }
    return input
  }

  private static func selection(_ reader: ConfigReader) throws(ConfigError) -> AudioSelection {
    var selection = AudioSelection()
    if reader.isText("track") {
      selection.track = try reader.text("track").map { .language($0) } ?? .standard
    } else if let place = try reader.integer("track", in: 0...1000) {
      selection.track = .number(place)
    }
    if reader.isText("channel") {
      selection.channel = try channel(try reader.text("channel") ?? "mix")
    } else if let place = try reader.integer("channel", in: 0...511) {
      selection.channel = .number(place)
    }
    let seconds = 0.0...360_000
    let start = try reader.number("start", in: seconds).map(Timeline.samples) ?? 0
    let end = try reader.number("end", in: seconds).map(Timeline.samples)
    if let end, end <= start { throw ConfigError(message: "'end' has to be later than 'start'") }
    selection.start = start
    selection.end = end
    return selection
  }

  private static func channel(_ name: String) throws(ConfigError) -> AudioSelection.Channel {
    switch name {
    case "mix": return .mix
    case "left": return .left
    case "right": return .right
    default:
      throw ConfigError(message: "'channel' has to be left, right, mix or a place from 0")
    }
  }

  /// The options of a run: those of the handle, with what is asked for here.
  func apply(to options: inout Transcriber.Options) {
    options.selection = selection
    options.stopsAtDamage = stopsAtDamage
    options.deadline = deadline
    options.chunkLength = chunkLength
    options.overlap = overlap
  }
}

/// What `longscribe_transcribe` is asked for.
struct TranscribeRequest: Sendable {
  let media: MediaRequest
  let formats: [TranscriptFormat]
  private let keepsInventions: Bool
  private let asksAgain: Bool
  private let sendsSilence: Bool
  private let repeatsAmbiguous: Bool
  private let isFresh: Bool

  init(_ reader: ConfigReader) throws(ConfigError) {
    media = try MediaRequest(reader)
    formats = try reader.choices("formats") ?? []
    keepsInventions = try reader.flag("keep_inventions") ?? false
    asksAgain = try reader.flag("repair") ?? true
    sendsSilence = try reader.flag("send_silence") ?? false
    repeatsAmbiguous = try reader.flag("retry_ambiguous") ?? true
    isFresh = try reader.flag("fresh") ?? false
  }

  /// The options of a run: those of the handle, with what is asked for here.
  func apply(to options: inout Transcriber.Options) {
    media.apply(to: &options)
    options.keepsInventions = keepsInventions
    options.asksAgain = asksAgain
    options.sendsSilence = sendsSilence
    options.isFresh = isFresh
    if !repeatsAmbiguous { options.retry.maximumAmbiguousFailures = 0 }
  }
}

/// What `longscribe_probe` is asked for.
struct ProbeRequest: Sendable {
  let input: String
  let exact: Bool

  init(_ reader: ConfigReader) throws(ConfigError) {
    input = try MediaRequest.input(reader)
    exact = try reader.flag("exact") ?? false
  }
}
