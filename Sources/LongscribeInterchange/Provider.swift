private import Foundation
package import Longscribe
private import LongscribeOffline

/// A provider by its name: the recogniser of this machine, or a service with a model and what is asked of it.
///
/// What can be checked without key, network or files is checked when it is made.
package struct Provider: Sendable {
  /// What is known of a provider without its key.
  package struct Facts: Sendable {
    /// Who would answer.
    package var identity: RecognizerIdentity
    /// What it accepts.
    package var limits: ServiceLimits
    /// The times that it gives.
    package var quality: TimeQuality
  }

  /// Limits that a user knows better than the table of models.
  package struct OwnLimits: Sendable {
    /// Seconds that a call takes.
    package static let seconds = 3.0...86_400
    /// Bytes that a call takes.
    package static let bytes = 100_000...1e12

    /// Seconds that a call takes; `nil` for those of the table.
    package var seconds: Double?
    /// Bytes that a call takes; `nil` for those of the table.
    package var bytes: Int64?

    /// Limits with every part given.
    package init(seconds: Double? = nil, bytes: Int64? = nil) {
      self.seconds = seconds
      self.bytes = bytes
    }
  }

  private enum Kind: Sendable {
    case offline
    case service(ServiceProfile, ServiceModel, ServiceOptions)
  }

  /// The recogniser of this machine, which is no service.
  package static let offlineName = "offline"

  private let kind: Kind
  /// Where calls go; `nil` for the service's own address. Plans tell the same address that runs use.
  package var address: String?

  /// A provider.
  ///
  /// - Parameters:
  ///   - name: `offline`, or the name of a profile.
  ///   - profiles: The services that there are.
  ///   - model: `nil` for the service's standard one.
  ///   - address: Everything before `/audio/transcriptions`; `nil` for the service's own.
  ///   - options: What to ask for. Of these the offline recogniser has only a language, which has to be English.
  ///   - limits: Other limits than those of the table.
  ///   - rate: What calls cost, if not what the table says.
  package init(
    _ name: String, among profiles: [ServiceProfile], model: String? = nil, address: String? = nil,
    options: ServiceOptions = ServiceOptions(), limits: OwnLimits = OwnLimits(),
    rate: ServiceModel.RateSource? = nil
  ) throws(ProviderError) {
    self.address = address
    if name == Self.offlineName {
      try Self.checkOffline(model: model, address: address, language: options.language)
      kind = .offline
      return
    }
    guard let profile = profiles.first(where: { $0.name == name }) else {
      throw .unknown(name, known: [Self.offlineName] + profiles.map(\.name))
    }
    guard profile.hasModels || model == nil else { throw .noModels(name) }
    var row = profile.model(model).limited(to: limits)
    row.rate = rate ?? row.rate
    if let problem = options.problem(for: row) { throw .option(problem) }
    kind = .service(profile, row, options)
  }

  private static func checkOffline(
    model: String?, address: String?, language: String?
  ) throws(ProviderError) {
    if let language, !["en", "en-us", "english"].contains(language.lowercased()) {
      throw .englishOnly(language)
    }
    if model != nil { throw .offlineModel }
    if address != nil { throw .offlineAddress }
  }

  /// Whether nothing leaves this machine.
  package var isOffline: Bool { profile == nil }

  /// The service; `nil` for the recogniser of this machine.
  package var profile: ServiceProfile? {
    if case .service(let profile, _, _) = kind { profile } else { nil }
  }

  /// The model's name; empty where there is none to choose.
  package var modelName: String {
    if case .service(_, let model, _) = kind { model.name } else { "" }
  }

  /// Where calls go; `nil` if that is nowhere, or no address that can be used.
  package var baseURL: BaseURL? {
    profile.flatMap { address ?? $0.baseURL }.flatMap { try? BaseURL($0) }
  }

  /// What calls cost, and how their audio is counted whether that is known or not.
  package var rate: (known: CallRate?, metering: Metering) {
    switch kind {
    case .offline: (Self.offlineRate, .exact)
    case .service(_, let model, _): (model.callRate(at: baseURL), model.metering)
    }
  }

  /// The rate of the recogniser of this machine.
  package static let offlineRate = CallRate.free(source: "on this machine")

  /// The service's limits and times, which need no key.
  package var facts: Facts {
    get throws(ProviderError) {
      switch kind {
      case .offline:
        let offline = try Self.offline()
        return Facts(
          identity: offline.identity, limits: offline.limits, quality: offline.timeQuality)
      case .service(let profile, let model, let options):
        let identity = RecognizerIdentity(
          provider: profile.name, model: model.name.isEmpty ? nil : model.name,
          host: try (address ?? profile.baseURL).map(Self.baseURL)?.host)
        let quality = ServiceRecognizer.timeQuality(
          profile: profile, model: model, options: options)
        return Facts(identity: identity, limits: model.limits, quality: quality)
      }
    }
  }

  /// Checks the lengths asked for against the service's limits, before any recording is opened.
  package func check(_ options: Transcriber.Options) throws(ProviderError) {
    guard let facts = try? facts, let format = facts.limits.uploadFormat else { return }
    do throws(PlanRulesError) {
      _ = try PlanRules(
        limits: facts.limits, format: format, quality: facts.quality,
        chunkLength: options.chunkLength, overlap: options.overlap)
    } catch {
      throw .lengths(error)
    }
  }

  /// Sentences about options that the model does not have; they are not sent.
  package var ignoredOptions: [String] {
    guard case .service(let profile, let model, let options) = kind else { return [] }
    return options.ignored(by: model, of: profile)
  }

  /// What is assumed of a model that is not in the table; `nil` if it is.
  package var unknownModel: String? {
    guard case .service(let profile, let model, _) = kind, !model.name.isEmpty,
      !profile.knows(model.name)
    else { return nil }
    let limit = model.maximumSeconds.map { "\(Int($0)) s and " } ?? ""
    return "the model \(model.name) is not known; \(limit)\(model.maximumBytes / 1_000_000) MB a "
      + "call are assumed"
  }

  /// The recogniser.
  ///
  /// - Parameters:
  ///   - key: The account's key. It is sent to the host of the address and nowhere else.
  ///   - network: How connections are made.
  package func recognizer(
    key: Secret?, network: NetworkOptions
  ) throws(ProviderError) -> any Recognizer {
    let recognizer = try make(key, network)
    if let profile, key == nil,
      profile.keyNeed == .always || profile.keyNeed == .remote && baseURL?.isLoopback != true
    {
      throw .noKey(profile)
    }
    return recognizer
  }

  /// The recogniser without its key: it tells what would be asked, which needs none, but cannot ask.
  package func unkeyedRecognizer() throws(ProviderError) -> any Recognizer {
    try make(nil, NetworkOptions())
  }

  private func make(
    _ key: Secret?, _ network: NetworkOptions
  ) throws(ProviderError) -> any Recognizer {
    guard case .service(let profile, let model, let options) = kind else {
      return try Self.offline()
    }
    guard let address = address ?? profile.baseURL else { throw .noAddress(profile.name) }
    return ServiceRecognizer(
      profile: profile, model: model, key: key, baseURL: try Self.baseURL(address),
      options: options, network: network)
  }

  private static func offline() throws(ProviderError) -> OfflineRecognizer {
    do throws(RecognitionFailure) {
      return try OfflineRecognizer()
    } catch {
      throw .unavailable(error)
    }
  }

  private static func baseURL(_ text: String) throws(ProviderError) -> BaseURL {
    do throws(BaseURLError) {
      return try BaseURL(text)
    } catch {
      throw .address(error)
    }
  }
}

extension ServiceModel {
  /// The row with limits that the user knows better.
  fileprivate func limited(to own: Provider.OwnLimits) -> ServiceModel {
    var model = self
    if let seconds = own.seconds {
      model.maximumSeconds = seconds
      model.marginSeconds = min(model.marginSeconds, seconds / 8)
      model.recommendedSeconds = model.recommendedSeconds.map { min($0, seconds) }
    }
    if let bytes = own.bytes { model.maximumBytes = bytes }
    return model
  }
}

extension NetworkOptions {
  /// Whether an address can be a proxy's, such as `http://proxy.example:3128`.
  package static func isProxy(_ address: String) -> Bool {
    let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
    let parts = URLComponents(string: address)
    return schemes.contains(parts?.scheme ?? "") && parts?.host?.isEmpty == false
  }
}
