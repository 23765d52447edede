import Foundation
import Longscribe
import LongscribeOffline

/// The recogniser that the command line asks for.
struct ProviderChoice: Sendable {
  /// The recogniser of this machine, which is no service.
  static let offlineName = "offline"

  /// The providers that need no configuration, for help.
  static let list = ([offlineName] + ServiceProfile.all.map(\.name)).joined(separator: ", ")

  private enum Kind: Sendable {
    case offline
    case service(ServiceProfile, ServiceModel, ServiceOptions)
  }

  private let kind: Kind
  private let timeout: Double?
  private let arguments: ParsedArguments
  private let surroundings: Surroundings

  /// Checks what can be checked without key, network or files.
  init(_ arguments: ParsedArguments, in surroundings: Surroundings) throws(UsageError) {
    self.arguments = arguments
    self.surroundings = surroundings
    timeout = try ServiceArguments.timeout(arguments)
    let name = arguments.value("--provider") ?? Self.offlineName
    if name == Self.offlineName {
      kind = .offline
      try checkOffline()
      return
    }
    guard let profile = surroundings.profile(name) else {
      let names = surroundings.providerNames
      throw UsageError(
        "Unknown provider '\(name)'; there are \(names.joined(separator: ", "))"
          + Spelling.suggestion(for: name, in: names))
    }
    if !profile.hasModels, arguments.value("--model") != nil {
      throw UsageError("\(name) has no models; leave '--model' out")
    }
    let model = try ServiceArguments.model(arguments, of: profile)
    let options = try ServiceArguments.options(arguments)
    if let problem = options.problem(for: model) { throw UsageError("Invalid option: \(problem)") }
    kind = .service(profile, model, options)
  }

  private func checkOffline() throws(UsageError) {
    if let language = arguments.value("--language"),
      !["en", "en-us", "english"].contains(language.lowercased())
    {
      throw UsageError(
        "The offline recogniser speaks English only; choose a service with --provider for '\(language)'"
      )
    }
    for name in ["--model", "--base-url"] where arguments.value(name) != nil {
      throw UsageError("The offline recogniser has no '\(name)'; choose a service with --provider")
    }
  }

  /// Whether nothing leaves this machine.
  var isOffline: Bool {
    if case .offline = kind { true } else { false }
  }

  /// What the names of files can hold.
  var nameFacts: NameTemplate.Facts {
    let language = arguments.value("--language") ?? ""
    switch kind {
    case .offline:
      return NameTemplate.Facts(language: language, provider: Self.offlineName)
    case .service(let profile, let model, _):
      return NameTemplate.Facts(language: language, provider: profile.name, model: model.name)
    }
  }

  /// The service's limits and times, which need no key.
  var facts: (identity: RecognizerIdentity, limits: ServiceLimits, quality: TimeQuality) {
    get throws(CommandFailure) {
      switch kind {
      case .offline:
        let offline = try offline()
        return (offline.identity, offline.limits, offline.timeQuality)
      case .service(let profile, let model, let options):
        let address = address(of: profile)
        let identity = RecognizerIdentity(
          provider: profile.name, model: model.name.isEmpty ? nil : model.name,
          host: try address.map(Self.baseURL)?.host)
        let quality = ServiceRecognizer.timeQuality(
          profile: profile, model: model, options: options)
        return (identity, model.limits, quality)
      }
    }
  }

  /// What calls cost, and how their audio is counted whether that is known or not.
  var rate: (known: CallRate?, metering: Metering) {
    switch kind {
    case .offline: (Self.offlineRate, .exact)
    case .service(let profile, let model, _):
      (model.callRate(at: address(of: profile).flatMap { try? BaseURL($0) }), model.metering)
    }
  }

  /// The rate of the recogniser of this machine.
  static let offlineRate = CallRate.free(source: "on this machine")

  /// Checks the lengths asked for against the service's limits, before any recording is opened.
  func check(_ options: Transcriber.Options) throws(UsageError) {
    guard let facts = try? facts, let format = facts.limits.uploadFormat else { return }
    do throws(PlanRulesError) {
      _ = try PlanRules(
        limits: facts.limits, format: format, quality: facts.quality,
        chunkLength: options.chunkLength, overlap: options.overlap)
    } catch {
      throw UsageError(error.description)
    }
  }

  /// Sentences about options that the provider does not have, and about what is not known of it.
  var notes: [String] {
    switch kind {
    case .offline:
      return ServiceArguments.optional.filter {
        arguments.value($0) != nil || arguments.flag($0)
      }.map { "the offline recogniser has no \($0); it is ignored" }
    case .service(let profile, let model, let options):
      var notes = options.ignored(by: model, of: profile)
      if !model.name.isEmpty, !profile.knows(model.name) {
        let limit = model.maximumSeconds.map { "\(Int($0)) s and " } ?? ""
        notes.append(
          "the model \(model.name) is not known; \(limit)\(model.maximumBytes / 1_000_000) MB a call are assumed"
            + " ('longscribe providers' lists the models)")
      }
      return notes
    }
  }

  private func offline() throws(CommandFailure) -> OfflineRecognizer {
    do {
      return try OfflineRecognizer()
    } catch {
      throw CommandFailure(code: .configuration, message: error.description)
    }
  }

  /// The recogniser, with its key.
  func recognizer() throws(CommandFailure) -> any Recognizer {
    guard case .service(let profile, let model, let options) = kind else { return try offline() }
    let network = try ServiceArguments.network(arguments, timeout: timeout)
    let key = try KeySource.read(keyPlace(of: profile), in: surroundings)
    guard let address = address(of: profile) else {
      throw CommandFailure(
        code: .configuration, message: "\(profile.name) needs an address; give one with --base-url")
    }
    let baseURL = try Self.baseURL(address)
    let needsKey = profile.keyNeed == .always || profile.keyNeed == .remote && !baseURL.isLoopback
    guard key != nil || !needsKey else {
      throw CommandFailure(code: .configuration, message: KeySource.missing(profile))
    }
    return ServiceRecognizer(
      profile: profile, model: model, key: key, baseURL: baseURL, options: options,
      network: network)
  }

  /// Where calls go: plans tell the same address that runs use.
  private func address(of profile: ServiceProfile) -> String? {
    // Accounts of the two sites of GLM are separate, so the variable that a key comes from decides which of them gets it.
    arguments.value("--base-url") ?? keyPlace(of: profile)?.baseURL ?? profile.baseURL
  }

  private func keyPlace(of profile: ServiceProfile) -> KeyPlace? {
    KeyPlace.find(arguments, for: profile, in: surroundings)
  }

  /// What is wrong with where the key is.
  var keyWarning: String? {
    guard case .service(let profile, _, _) = kind else { return nil }
    return keyPlace(of: profile)?.warning
  }

  /// Where calls go, and where the key comes from, for --verbose.
  var details: [String] {
    guard case .service(let profile, let model, _) = kind,
      let address = address(of: profile), let url = try? BaseURL(address)
    else { return ["the offline recogniser of this machine is used; nobody is called"] }
    // The query of a configuration may hold anything, so it is not shown.
    let name = model.name.isEmpty ? profile.name : "\(profile.name) \(model.name)"
    return [
      "calls: \(name), POST \(url.text)\(profile.path)",
      "key: \(keyPlace(of: profile)?.description ?? "none")",
    ]
  }

  private static func baseURL(_ text: String) throws(CommandFailure) -> BaseURL {
    do throws(BaseURLError) {
      return try BaseURL(text)
    } catch {
      throw CommandFailure(code: .configuration, message: error.description)
    }
  }

  /// A service whose key is at hand while the offline recogniser is used: its user may not know.
  static func unused(in surroundings: Surroundings) -> (variable: String, provider: String)? {
    for profile in surroundings.profiles {
      if case .variable(let variable)? = KeyPlace.found(for: profile, in: surroundings) {
        return (variable.name, profile.name)
      }
    }
    return nil
  }
}
