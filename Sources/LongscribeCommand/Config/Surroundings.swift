import Longscribe

/// What a run finds around it: the environment's variables, and the services that are built in or configured.
struct Surroundings: Sendable {
  let variables: [String: String]
  let profiles: [ServiceProfile]

  /// A variable's value.
  subscript(_ name: String) -> String? { variables[name] }

  /// Reads the configuration that the environment points to.
  ///
  /// - Throws: If there is a configuration that cannot be used.
  init(_ variables: [String: String]) throws(CommandFailure) {
    self.variables = variables
    profiles = try ConfigFile.profiles(in: variables)
  }

  /// The profile with a name.
  func profile(_ name: String) -> ServiceProfile? {
    profiles.first { $0.name == name }
  }

  /// Names of all providers, for help and errors.
  var providerNames: [String] { [ProviderChoice.offlineName] + profiles.map(\.name) }

  /// The first variable of a profile's key that is set.
  func keyVariable(of profile: ServiceProfile) -> ServiceProfile.KeyVariable? {
    profile.keyVariables.first { !(variables[$0.name] ?? "").isEmpty }
  }

  /// Where calls to a service go if nothing else is asked for: the address that its key belongs to, else the profile's own.
  func baseURL(of profile: ServiceProfile) -> BaseURL? {
    (keyVariable(of: profile)?.baseURL ?? profile.baseURL).flatMap { try? BaseURL($0) }
  }
}
