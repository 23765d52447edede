/// How to talk to one service: everything that differs between services, as data.
///
/// The five services are built-in profiles; any other server that speaks OpenAI's protocol, more or less, is a changed copy of one of
/// them.
public struct ServiceProfile: Sendable, Hashable {
  /// Which table of errors holds.
  public enum ErrorDialect: String, Sendable, Hashable, Codable, CaseIterable {
    /// OpenAI and the relays that imitate it.
    case openAI = "openai"
    /// Zhipu's numbers.
    case glm
    /// Coze's numbers.
    case coze
    /// SiliconFlow's numbers and bare strings.
    case siliconFlow = "siliconflow"
  }

  /// Whether a key is needed.
  public enum KeyNeed: String, Sendable, Hashable, Codable, CaseIterable {
    /// There is no call without one.
    case always
    /// Servers on this machine, which rarely ask for one, may be called without.
    case remote
    /// Calls may be made without one.
    case never
  }

  /// A place where a key may be found, and the address that it belongs to.
  public struct KeyVariable: Sendable, Hashable {
    /// The environment variable.
    public var name: String
    /// The service's address for accounts of that key; `nil` for the profile's own.
    public var baseURL: String?

    /// A variable with every part given.
    public init(_ name: String, baseURL: String? = nil) {
      self.name = name
      self.baseURL = baseURL
    }
  }

  /// How words that are likely to occur are written into the form.
  public enum HotwordsForm: String, Sendable, Hashable, Codable, CaseIterable {
    /// One part with a JSON array.
    case json
    /// A part for each word.
    case repeated
    /// A part for each word, with `[]` after the name.
    case brackets
  }

  /// The name on the command line and in transcripts.
  public var name: String
  /// What the service is called.
  public var title: String
  /// Everything of its address before `path`; `nil` if the user has to say.
  public var baseURL: String?
  /// What comes after the base address.
  public var path = "/audio/transcriptions"
  /// Query of the address, without the question mark, such as `api-version=2024-06-01`.
  public var query: String?
  /// Where keys are looked for.
  public var keyVariables: [KeyVariable]
  /// Whether it has to be called with a key.
  public var keyNeed = KeyNeed.always
  /// The header that carries the key.
  public var keyHeader = "Authorization"
  /// What stands before the key in that header; empty for nothing.
  public var keyScheme = "Bearer"
  /// The name of the file's part.
  public var fileField = "file"
  /// Its models, the current ones first; one without a name if it has none.
  public var models: [ServiceModel]
  /// The model that is used where none is named; `nil` if the service has no models.
  public var standardModel: String?
  /// The row for models that are not in the table.
  public var otherModel: ServiceModel
  /// Where in an answer the text is, as names with dots between them.
  public var textPath = "text"
  /// Where in an answer the service's name for the call is, the best first.
  public var traceIDPaths = ["request_id", "id"]
  /// Headers that hold the service's name for the call, the best first.
  public var traceIDHeaders = ["x-request-id"]
  /// The table of its errors.
  public var errors = ErrorDialect.openAI
  /// How hotwords are sent.
  public var hotwordsForm = HotwordsForm.json
  /// Whether tags such as `<|zh|>` and the emoji that stand for them are taken out of texts.
  public var stripsSpeechTags = false

  /// A profile with the parts that have no common value.
  public init(
    name: String, title: String, baseURL: String?, keyVariables: [KeyVariable],
    models: [ServiceModel], standardModel: String?, otherModel: ServiceModel
  ) {
    self.name = name
    self.title = title
    self.baseURL = baseURL
    self.keyVariables = keyVariables
    self.models = models
    self.standardModel = standardModel
    self.otherModel = otherModel
  }

  /// Whether calls name a model.
  public var hasModels: Bool { standardModel != nil }

  /// Whether a model of this name is in the table or resembles one that is.
  public func knows(_ name: String) -> Bool {
    models.contains { $0.name == name } || resembled(name) != nil
  }

  /// The model of the table that a name resembles most: by the longest pattern in the last part of its path.
  private func resembled(_ name: String) -> ServiceModel? {
    let last = (name.split(separator: "/").last ?? "").lowercased()
    let matches = models.flatMap { model in
      model.patterns.filter(last.contains).map { (model, $0.count) }
    }
    return matches.max { $0.1 < $1.1 }?.0
  }

  /// The row for a model's name: its own, that of a model that it resembles, or that of all others.
  ///
  /// - Parameter name: The model; `nil` for the standard one.
  public func model(_ name: String?) -> ServiceModel {
    guard let name = name ?? standardModel else { return models.first ?? otherModel }
    if let own = models.first(where: { $0.name == name }) { return own }
    var row = resembled(name) ?? otherModel
    row.name = name
    row.note = nil
    return row
  }
}
