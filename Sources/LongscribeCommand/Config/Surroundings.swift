import Longscribe

/// What a run finds around it: the environment's variables, and the services that are built in or configured.
struct Surroundings: Sendable {
  let variables: [String: String]
  let configuration: Configuration

  /// The services that are built in or configured.
  var profiles: [ServiceProfile] { configuration.profiles }

  /// A variable's value.
  subscript(_ name: String) -> String? { variables[name] }

  /// Reads the configuration that the environment points to.
  ///
  /// - Throws: If there is a configuration that cannot be used.
  init(_ variables: [String: String]) throws(CommandFailure) {
    self.variables = variables
    configuration = try ConfigFile.read(in: variables)
  }

  /// Surroundings with a configuration that was read already.
  init(_ variables: [String: String], configuration: Configuration) {
    self.variables = variables
    self.configuration = configuration
  }

  /// The profile with a name.
  func profile(_ name: String) -> ServiceProfile? {
    profiles.first { $0.name == name }
  }

  /// Names of all providers, for help and errors.
  var providerNames: [String] { [ProviderChoice.offlineName] + profiles.map(\.name) }

  /// Where calls to a service go if nothing else is asked for: the address that its key belongs to, else the profile's own.
  func baseURL(of profile: ServiceProfile) -> BaseURL? {
    (KeyPlace.found(for: profile, in: self)?.baseURL ?? profile.baseURL).flatMap {
      try? BaseURL($0)
    }
  }
}
