import Longscribe
import LongscribeInterchange

/// The recogniser that the command line asks for.
struct ProviderChoice: Sendable {
  /// The recogniser of this machine, which is no service.
  static let offlineName = Provider.offlineName

  /// The providers that need no configuration, for help.
  static let list = ([offlineName] + ServiceProfile.all.map(\.name)).joined(separator: ", ")

  private let provider: Provider
  private let timeout: Double?
  private let arguments: ParsedArguments
  private let surroundings: Surroundings

  /// Checks what can be checked without key, network or files.
  init(_ arguments: ParsedArguments, in surroundings: Surroundings) throws(UsageError) {
    self.arguments = arguments
    self.surroundings = surroundings
    timeout = try ServiceArguments.timeout(arguments)
    let name = arguments.value("--provider") ?? Self.offlineName
    var options = ServiceOptions()
    var limits = Provider.OwnLimits()
    var rate: ServiceModel.RateSource?
    if name == Self.offlineName {
      options.language = arguments.value("--language")
    } else {
      options = try ServiceArguments.options(arguments)
      limits = try ServiceArguments.limits(arguments)
      rate = try RateOption.price(arguments).map { .own($0, from: RateOption.name) }
    }
    do throws(ProviderError) {
      var provider = try Provider(
        name, among: surroundings.profiles, model: arguments.value("--model"),
        address: arguments.value("--base-url"), options: options, limits: limits,
        rate: rate)
      // Accounts of the two sites of GLM are separate, so the variable that a key comes from decides which of them gets it.
      if let profile = provider.profile {
        let place = KeyPlace.find(arguments, for: profile, in: surroundings)
        provider.address = provider.address ?? place?.baseURL
      }
      self.provider = provider
    } catch {
      throw UsageError(Self.message(error))
    }
  }

  /// What is wrong, by the names of the command line's options.
  private static func message(_ error: ProviderError) -> String {
    switch error {
    case .noModels(let name): "\(name) has no models; leave '--model' out"
    case .englishOnly(let language):
      "The offline recogniser speaks English only; choose a service with --provider for '\(language)'"
    case .offlineModel:
      "The offline recogniser has no '--model'; choose a service with --provider"
    case .offlineAddress:
      "The offline recogniser has no '--base-url'; choose a service with --provider"
    case .noAddress(let name): "\(name) needs an address; give one with --base-url"
    case .noKey(let profile): KeySource.missing(profile)
    default: error.description
    }
  }

  private static func failure(_ error: ProviderError) -> CommandFailure {
    CommandFailure(code: error.exitCode, message: message(error))
  }

  /// Whether nothing leaves this machine.
  var isOffline: Bool { provider.isOffline }

  /// What the names of files can hold.
  var nameFacts: NameTemplate.Facts {
    let language = arguments.value("--language") ?? ""
    return NameTemplate.Facts(
      language: language, provider: provider.profile?.name ?? Self.offlineName,
      model: provider.modelName)
  }

  /// The service's limits and times, which need no key.
  var facts: Provider.Facts {
    get throws(CommandFailure) {
      do throws(ProviderError) {
        return try provider.facts
      } catch {
        throw Self.failure(error)
      }
    }
  }

  /// What calls cost, and how their audio is counted whether that is known or not.
  var rate: (known: CallRate?, metering: Metering) { provider.rate }

  /// The rate of the recogniser of this machine.
  static let offlineRate = Provider.offlineRate

  /// Checks the lengths asked for against the service's limits, before any recording is opened.
  func check(_ options: Transcriber.Options) throws(UsageError) {
    do throws(ProviderError) {
      try provider.check(options)
    } catch {
      throw UsageError(error.description)
    }
  }

  /// Sentences about options that the provider does not have, and about what is not known of it.
  var notes: [String] {
    guard !isOffline else {
      return ServiceArguments.optional.filter {
        arguments.value($0) != nil || arguments.flag($0)
      }.map { "the offline recogniser has no \($0); it is ignored" }
    }
    let unknown = provider.unknownModel.map { "\($0) ('longscribe providers' lists the models)" }
    return provider.ignoredOptions + [unknown].compactMap { $0 }
  }

  /// The recogniser, with its key.
  func recognizer() throws(CommandFailure) -> any Recognizer {
    var key: Secret?
    var network = NetworkOptions()
    if let profile = provider.profile {
      network = try ServiceArguments.network(arguments, timeout: timeout)
      key = try KeySource.read(keyPlace(of: profile), in: surroundings)
    }
    do throws(ProviderError) {
      return try provider.recognizer(key: key, network: network)
    } catch {
      throw Self.failure(error)
    }
  }

  /// The recogniser without its key, to learn what would be asked.
  func unkeyedRecognizer() throws(CommandFailure) -> any Recognizer {
    do throws(ProviderError) {
      return try provider.unkeyedRecognizer()
    } catch {
      throw Self.failure(error)
    }
  }

  private func keyPlace(of profile: ServiceProfile) -> KeyPlace? {
    KeyPlace.find(arguments, for: profile, in: surroundings)
  }

  /// What is wrong with where the key is.
  var keyWarning: String? {
    provider.profile.flatMap(keyPlace)?.warning
  }

  /// Where calls go, and where the key comes from, for --verbose.
  var details: [String] {
    guard let profile = provider.profile, let url = provider.baseURL else {
      return ["the offline recogniser of this machine is used; nobody is called"]
    }
    // The query of a configuration may hold anything, so it is not shown.
    let model = provider.modelName
    let name = model.isEmpty ? profile.name : "\(profile.name) \(model)"
    return [
      "calls: \(name), POST \(url.text)\(profile.path)",
      "key: \(keyPlace(of: profile)?.description ?? "none")",
    ]
  }

  /// Where the key comes from, unless that is a variable.
  var uncommonKeyPlace: String? {
    guard let place = provider.profile.flatMap(keyPlace) else { return nil }
    if case .variable = place { return nil }
    return place.description
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
