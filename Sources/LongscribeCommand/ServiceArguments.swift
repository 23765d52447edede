import Foundation
import Longscribe
import LongscribeInterchange

/// The command line's options about a service, as the library knows them.
enum ServiceArguments {
  /// Options that only services have.
  static let optional = [
    "--prompt", "--temperature", "--user-id", "--request-id", "--hotwords", "--response-format",
    "--timestamp-granularities",
    "--stream", "--timeout", "--proxy", "--ca-file", "--http2", "--limit-seconds", "--limit-bytes",
    RateOption.name,
  ]

  /// The limits that the user knows better.
  static func limits(_ arguments: ParsedArguments) throws(UsageError) -> Provider.OwnLimits {
    Provider.OwnLimits(
      seconds: try arguments.number("--limit-seconds", in: Provider.OwnLimits.seconds),
      bytes: try arguments.number("--limit-bytes", in: Provider.OwnLimits.bytes).map { Int64($0) })
  }

  static func options(_ arguments: ParsedArguments) throws(UsageError) -> ServiceOptions {
    var options = ServiceOptions()
    options.language = arguments.value("--language")
    options.prompt = arguments.value("--prompt")
    options.temperature = try arguments.number("--temperature", in: 0...1)
    options.stream = arguments.flag("--stream")
    options.userID = arguments.value("--user-id")
    options.requestID = arguments.value("--request-id")
    options.hotwords = (arguments.value("--hotwords") ?? "").split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    options.timestampGranularities = try granularities(arguments)
    if let name = arguments.value("--response-format") {
      guard let format = ServiceModel.ResponseFormat(rawValue: name) else {
        let all = ServiceModel.ResponseFormat.allCases.map(\.rawValue)
        throw UsageError(
          "Unknown response format '\(name)'; there are \(all.joined(separator: ", "))"
            + Spelling.suggestion(for: name, in: all))
      }
      options.responseFormat = format
    }
    return options
  }

  private static func granularities(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> Set<ServiceModel.Granularity>? {
    guard let text = arguments.value("--timestamp-granularities") else { return nil }
    var chosen: Set<ServiceModel.Granularity> = []
    for name in text.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      guard let granularity = ServiceModel.Granularity(rawValue: name) else {
        throw UsageError("Unknown granularity '\(name)'; there are segment and word")
      }
      chosen.insert(granularity)
    }
    return chosen.isEmpty ? nil : chosen
  }

  /// Seconds that the service may take for its own work.
  static func timeout(_ arguments: ParsedArguments) throws(UsageError) -> Double? {
    try arguments.number("--timeout", in: 1...86_400)
  }

  static func network(
    _ arguments: ParsedArguments, timeout: Double?
  ) throws(CommandFailure) -> NetworkOptions {
    if let file = arguments.value("--ca-file"), !FileManager.default.isReadableFile(atPath: file) {
      throw CommandFailure(code: .configuration, message: "\(file): the file cannot be read")
    }
    if let proxy = arguments.value("--proxy"), !NetworkOptions.isProxy(proxy) {
      // Not repeated: it may hold a password.
      throw CommandFailure(
        code: .configuration, message: "--proxy is no address such as http://proxy.example:3128")
    }
    return NetworkOptions(
      usesEnvironmentProxy: true, proxy: arguments.value("--proxy"),
      certificateFile: arguments.value("--ca-file"),
      usesHTTP2: arguments.flag("--http2"), timeout: timeout)
  }
}
