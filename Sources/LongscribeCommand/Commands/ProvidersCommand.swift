import Foundation
import Longscribe

/// `longscribe providers`: services, models, limits, and where keys come from.
enum ProvidersCommand {
  static func run(
    _ arguments: ParsedArguments, console: Console, in surroundings: Surroundings
  ) throws(CommandFailure) {
    try console.output(
      arguments.flag("--json")
        ? JSONText.write(ProvidersDocument(surroundings)) : text(surroundings))
  }

  private static func text(_ surroundings: Surroundings) -> String {
    var text =
      "offline\n  PocketSphinx on this machine, English only; words with times; no key, no network, free\n"
    for profile in surroundings.profiles {
      text += "\(profile.name)\n  \(profile.title), \(profile.baseURL ?? "needs --base-url")\n"
      text += "  key: \(key(profile, surroundings))\n"
      let address = surroundings.baseURL(of: profile)
      for model in profile.models {
        text += "  \(line(model, of: profile))\n"
        text += "    rate: \(CostText.rate(model.callRate(at: address)))\n"
      }
    }
    return text
  }

  private static func key(_ profile: ServiceProfile, _ surroundings: Surroundings) -> String {
    let names = profile.keyVariables.map(\.name).joined(separator: " or ")
    guard !names.isEmpty else { return profile.keyNeed == .never ? "not needed" : "--key-file" }
    let place = KeyPlace.found(for: profile, in: surroundings)
    let found = place.map { "\($0.description) found" } ?? "none found"
    return "\(names); \(found)"
  }

  private static func line(_ model: ServiceModel, of profile: ServiceProfile) -> String {
    var facts: [String] = []
    if let seconds = model.maximumSeconds { facts.append("\(Int(seconds)) s") }
    facts.append("\(model.maximumBytes / 1_000_000) MB a call")
    if let seconds = model.plannedSeconds { facts.append("sent in \(Int(seconds)) s") }
    facts.append(model.formats.map(\.rawValue).joined(separator: " or "))
    switch ServiceRecognizer.timeQuality(
      profile: profile, model: model, options: ServiceOptions())
    {
    case .words: facts.append("words with times")
    case .segments: facts.append("segments with times")
    case .estimated: facts.append("bare text")
    }
    let options = model.fields.map { $0.rawValue.replacing("_", with: "-") }.sorted()
    if !options.isEmpty { facts.append("options \(options.joined(separator: " "))") }
    facts.append("\(model.maximumInFlight) calls at a time")
    if let note = model.note { facts.append(note) }
    let name = model.name.isEmpty ? "one model" : model.name
    let standard = model.name == profile.standardModel ? " (default)" : ""
    return "\(name)\(standard): \(facts.joined(separator: ", "))"
  }
}

/// What `providers --json` writes. No key is in it.
private struct ProvidersDocument: Encodable {
  struct Provider: Encodable {
    var name: String
    var title: String
    var baseURL: String?
    var host: String?
    var needsKey: Bool
    var keyVariables: [KeyVariable]
    var keyFound: Bool
    /// Of a provider without models.
    var rate: CostEntry?
    var models: [Model]

    enum CodingKeys: String, CodingKey {
      case name, title, host, rate, models
      case baseURL = "base_url"
      case needsKey = "needs_key"
      case keyVariables = "key_variables"
      case keyFound = "key_found"
    }
  }

  struct KeyVariable: Encodable {
    var name: String
    var found: Bool
  }

  struct Model: Encodable {
    var name: String
    var standard: Bool
    var maximumSeconds: Double?
    var recommendedSeconds: Double?
    var minimumSeconds: Double
    var maximumBytes: Int64
    var formats: [String]
    var maximumInFlight: Int
    var fields: [String]
    var responseFormats: [String]
    var times: String
    var note: String?
    /// Absent where no rate is known.
    var rate: CostEntry?

    enum CodingKeys: String, CodingKey {
      case name, standard, formats, fields, times, note, rate
      case maximumSeconds = "maximum_seconds"
      case recommendedSeconds = "recommended_seconds"
      case minimumSeconds = "minimum_seconds"
      case maximumBytes = "maximum_bytes"
      case maximumInFlight = "maximum_in_flight"
      case responseFormats = "response_formats"
    }
  }

  var providers: [Provider]

  init(_ surroundings: Surroundings) {
    let offline = Provider(
      name: ProviderChoice.offlineName, title: "PocketSphinx on this machine, English only",
      needsKey: false, keyVariables: [], keyFound: false,
      rate: CostEntry(ProviderChoice.offlineRate), models: [])
    providers =
      [offline]
      + surroundings.profiles.map { profile in
        let address = surroundings.baseURL(of: profile)
        return Provider(
          name: profile.name, title: profile.title, baseURL: profile.baseURL,
          host: profile.baseURL.flatMap { try? BaseURL($0).host },
          needsKey: profile.keyNeed != .never,
          keyVariables: profile.keyVariables.map {
            KeyVariable(name: $0.name, found: !(surroundings[$0.name] ?? "").isEmpty)
          }, keyFound: KeyPlace.found(for: profile, in: surroundings) != nil,
          models: profile.models.map { Self.model($0, of: profile, at: address) })
      }
  }

  private static func model(
    _ model: ServiceModel, of profile: ServiceProfile, at address: BaseURL?
  ) -> Model {
    Model(
      name: model.name, standard: profile.standardModel.map { $0 == model.name } ?? true,
      maximumSeconds: model.maximumSeconds, recommendedSeconds: model.plannedSeconds,
      minimumSeconds: model.minimumSeconds, maximumBytes: model.maximumBytes,
      formats: model.formats.map(\.rawValue), maximumInFlight: model.maximumInFlight,
      fields: model.fields.map(\.rawValue).sorted(),
      responseFormats: model.responseFormats.map(\.rawValue),
      times: ServiceRecognizer.timeQuality(
        profile: profile, model: model, options: ServiceOptions()
      ).rawValue, note: model.note, rate: model.callRate(at: address).map { CostEntry($0) })
  }
}
