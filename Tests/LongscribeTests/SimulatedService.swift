import Longscribe
import ServiceSimulator

extension ServiceRecognizer {
  /// A recogniser that talks to a simulator.
  static func simulated(
    _ simulator: ServiceSimulator, _ profile: ServiceProfile = .glm, model: String? = nil,
    options: ServiceOptions = ServiceOptions(), stream: Bool = false
  ) throws -> ServiceRecognizer {
    var options = options
    if stream { options.stream = true }
    return ServiceRecognizer(
      profile: profile, model: profile.model(model), key: Secret("simulator-key"),
      baseURL: try BaseURL(simulator.baseURL), options: options)
  }
}
