package import Longscribe

/// Why a provider cannot be used as it was asked for. Front ends add what their own options are called.
package enum ProviderError: Error, Sendable, CustomStringConvertible {
  /// There is none of that name; these are.
  case unknown(String, known: [String])
  /// A model was named, and this provider has none.
  case noModels(String)
  /// Another language than English was asked of the offline recogniser.
  case englishOnly(String)
  /// The offline recogniser has no model to choose.
  case offlineModel
  /// The offline recogniser has no address.
  case offlineAddress
  /// An option has a value that the model does not take.
  case option(String)
  /// The lengths that were asked for leave nothing to plan with.
  case lengths(PlanRulesError)
  /// A service has no address of its own, and none was given.
  case noAddress(String)
  /// The address cannot be used.
  case address(BaseURLError)
  /// The service needs a key, and there is none.
  case noKey(ServiceProfile)
  /// The recogniser of this machine cannot work.
  case unavailable(RecognitionFailure)

  /// Whether another call would do, or whether something has to be set up.
  package var exitCode: ExitCode {
    switch self {
    case .unknown, .noModels, .englishOnly, .offlineModel, .offlineAddress, .option, .lengths:
      .usage
    case .noAddress, .address, .noKey, .unavailable: .configuration
    }
  }

  /// One sentence.
  package var description: String {
    switch self {
    case .unknown(let name, let known):
      "Unknown provider '\(name)'; there are \(known.joined(separator: ", "))"
        + Spelling.suggestion(for: name, in: known)
    case .noModels(let name): "\(name) has no models; leave 'model' out"
    case .englishOnly(let language):
      "The offline recogniser speaks English only; choose a service for '\(language)'"
    case .offlineModel: "The offline recogniser has no 'model'; choose a service"
    case .offlineAddress: "The offline recogniser has no 'base_url'; choose a service"
    case .option(let problem): "Invalid option: \(problem)"
    case .lengths(let error): error.description
    case .noAddress(let name): "\(name) needs an address; give one as 'base_url'"
    case .address(let error): error.description
    case .noKey(let profile): "no key for \(profile.name): give one as 'key'"
    case .unavailable(let failure): failure.description
    }
  }
}
