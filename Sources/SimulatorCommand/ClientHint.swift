import ServiceSimulator

/// How a client is told to use a service.
struct ClientHint {
  /// The environment variable for the key.
  let keyVariable: String
  /// The name of the service on the client's command line.
  let provider: String

  init(_ service: ServiceSimulator.Service) {
    switch service {
    case .glm: (keyVariable, provider) = ("ZHIPUAI_API_KEY", "glm")
    case .coze: (keyVariable, provider) = ("COZE_API_TOKEN", "coze")
    case .siliconflow: (keyVariable, provider) = ("SILICONFLOW_API_KEY", "siliconflow")
    case .chatanywhere: (keyVariable, provider) = ("CHATANYWHERE_API_KEY", "chatanywhere")
    // A relay speaks OpenAI's language.
    case .relay, .openai: (keyVariable, provider) = ("OPENAI_API_KEY", "openai")
    }
  }
}
