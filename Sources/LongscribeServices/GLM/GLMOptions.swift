/// What a user can ask of GLM-ASR.
public struct GLMOptions: Sendable, Hashable {
  /// Sampling temperature, 0 to 1; `nil` leaves the service's own.
  public var temperature: Double?
  /// Whether the answer arrives piece by piece.
  public var stream: Bool
  /// An identifier of the end user, 6 to 128 characters, for the service's abuse checks.
  public var userID: String?
  /// Text before this recording, below 8,000 characters; only some models take one.
  public var prompt: String?

  /// Options with every part given.
  public init(
    temperature: Double? = nil, stream: Bool = false, userID: String? = nil, prompt: String? = nil
  ) {
    self.temperature = temperature
    self.stream = stream
    self.userID = userID
    self.prompt = prompt
  }

  /// What is wrong with the options; `nil` if nothing is.
  public var problem: String? {
    if let temperature, !(0...1).contains(temperature) {
      return "a temperature of \(temperature) is outside 0 to 1"
    }
    if let userID, !(6...128).contains(userID.count) {
      return "a user id needs 6 to 128 characters; this one has \(userID.count)"
    }
    if let prompt, prompt.count >= 8000 {
      return "a prompt needs fewer than 8000 characters; this one has \(prompt.count)"
    }
    return nil
  }

  /// Sentences about options that a model does not have; they are not sent.
  public func ignored(by model: GLMModel) -> [String] {
    var notes: [String] = []
    if temperature != nil, !model.takesTemperature {
      notes.append("\(model.name) has no temperature; it is not sent")
    }
    if prompt != nil, !model.takesPrompt {
      notes.append("\(model.name) has no prompt; it is not sent")
    }
    return notes
  }
}
