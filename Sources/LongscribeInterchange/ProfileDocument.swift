package import Longscribe

/// A service in the configuration: what it changes about a built-in one.
package enum ProfileDocument {
  /// The built-in services, changed and joined by those of a configuration.
  ///
  /// - Parameters:
  ///   - own: Services by name; `nil` for none.
  ///   - more: Reads what else the caller knows of a service, by its name and its object.
  package static func profiles(
    _ own: ConfigReader?,
    also more: (String, ConfigReader) throws(ConfigError) -> Void = { _, _ in }
  ) throws(ConfigError) -> [ServiceProfile] {
    var profiles = ServiceProfile.all
    guard let own else { return profiles }
    for name in own.names {
      guard let reader = try own.object(name) else { continue }
      try more(name, reader)
      let profile = try profile(name, reader, among: profiles)
      if let place = profiles.firstIndex(where: { $0.name == name }) {
        profiles[place] = profile
      } else {
        profiles.append(profile)
      }
    }
    return profiles
  }

  /// - Parameters:
  ///   - name: The profile's name. That of a built-in service changes that service.
  ///   - reader: Its object.
  ///   - profiles: Those that it can be like.
  private static func profile(
    _ name: String, _ reader: ConfigReader, among profiles: [ServiceProfile]
  ) throws(ConfigError) -> ServiceProfile {
    guard name != Provider.offlineName else {
      throw ConfigError(message: "'\(name)' is the recogniser of this machine and has no profile")
    }
    let template =
      try reader.text("like")
      ?? (profiles.contains { $0.name == name } ? name : ServiceProfile.openAI.name)
    guard var profile = profiles.first(where: { $0.name == template }) else {
      throw ConfigError(
        message: "'\(name)' is like '\(template)', which is unknown; there are "
          + profiles.map(\.name).joined(separator: ", "))
    }
    if template != name { profile.title = name }
    profile.name = name
    try address(&profile, reader)
    let keyNames = ["key_variable", "key_file", "key_command"]
    if template != name, !reader.names.contains("base_url"),
      reader.names.contains(where: keyNames.contains)
    {
      throw ConfigError(
        message: "'\(name)' names a key and no 'base_url'; the key would go to \(template)'s host")
    }
    try key(&profile, reader)
    try models(&profile, reader)
    try answers(&profile, reader)
    try reader.finish()
    return profile
  }

  private static func address(
    _ profile: inout ServiceProfile, _ reader: ConfigReader
  ) throws(ConfigError) {
    profile.title = try reader.text("title") ?? profile.title
    profile.path = try reader.text("path") ?? profile.path
    profile.query = try reader.text("query") ?? profile.query
    guard profile.path.isEmpty || profile.path.hasPrefix("/") else {
      throw ConfigError(message: "'\(profile.name).path' has to begin with a slash")
    }
    guard let text = try reader.text("base_url") else { return }
    do throws(BaseURLError) {
      let own = profile.baseURL.flatMap { try? BaseURL($0).host }
      let given = try BaseURL(text)
      profile.baseURL = given.text
      // A key belongs to a host: it does not follow to another one unless the configuration says so.
      if given.host != own { profile.keyVariables = [] }
      // The address of the configuration is meant, whatever key is found.
      for index in profile.keyVariables.indices { profile.keyVariables[index].baseURL = nil }
    } catch {
      throw ConfigError(message: "'\(profile.name).base_url': \(error.description)")
    }
  }

  private static func key(
    _ profile: inout ServiceProfile, _ reader: ConfigReader
  ) throws(ConfigError) {
    if let names = try reader.texts("key_variable") {
      // Whoever writes the key itself here would see it in every listing.
      guard names.allSatisfy({ $0.wholeMatch(of: /[A-Z_][A-Z0-9_]*/) != nil }) else {
        throw ConfigError(
          message: "'\(profile.name).key_variable' has to be the name of a variable, in capitals; "
            + "a key does not belong here")
      }
      // A variable that is known keeps the address that its keys belong to.
      let known = profile.keyVariables
      profile.keyVariables = names.map { name in
        known.first { $0.name == name } ?? ServiceProfile.KeyVariable(name)
      }
    }
    profile.keyNeed = try reader.choice("key_needed") ?? profile.keyNeed
    profile.keyHeader = try reader.text("key_header") ?? profile.keyHeader
    profile.keyScheme = try reader.text("key_scheme") ?? profile.keyScheme
  }

  private static func models(
    _ profile: inout ServiceProfile, _ reader: ConfigReader
  ) throws(ConfigError) {
    // For all models; what is said of one comes after it.
    if let limits = try reader.object("limits") {
      for index in profile.models.indices {
        profile.models[index] = try model(profile.models[index], limits)
      }
      profile.otherModel = try model(profile.otherModel, limits)
    }
    if let own = try reader.object("models") {
      for name in own.names {
        guard let row = try own.object(name) else { continue }
        var template = profile.model(name)
        if let like = try row.text("like") {
          template = profile.model(like)
          template.patterns = []
          template.note = nil
          template.name = name
        }
        var model = try model(template, row)
        // It describes itself and no model that is called alike.
        model.patterns = []
        if let place = profile.models.firstIndex(where: { $0.name == model.name }) {
          profile.models[place] = model
        } else {
          profile.models.insert(model, at: 0)
        }
      }
    }
    if reader.isNull("model") {
      // A service without models: calls name none.
      profile.standardModel = nil
      var only = profile.otherModel
      only.name = ""
      profile.models = [only]
    } else if let standard = try reader.text("model") {
      profile.standardModel = standard
      if !profile.models.contains(where: { $0.name == standard }) {
        profile.models.insert(profile.model(standard), at: 0)
      }
    }
  }

  private static func model(
    _ template: ServiceModel, _ reader: ConfigReader
  ) throws(ConfigError) -> ServiceModel {
    var model = template
    let seconds = 3.0...86_400
    if reader.isNull("maximum_seconds") {
      model.maximumSeconds = nil
    } else {
      model.maximumSeconds =
        try reader.number("maximum_seconds", in: seconds) ?? model.maximumSeconds
    }
    model.marginSeconds = try reader.number("margin_seconds", in: 0...3600) ?? model.marginSeconds
    model.recommendedSeconds =
      try reader.number("recommended_seconds", in: seconds) ?? model.recommendedSeconds
    model.minimumSeconds = try reader.number("minimum_seconds", in: 0...60) ?? model.minimumSeconds
    model.maximumBytes =
      try reader.number("maximum_bytes", in: 20_000...1e12).map { Int64($0) } ?? model.maximumBytes
    model.maximumInFlight =
      try reader.number("maximum_in_flight", in: 1...1000).map { Int($0) } ?? model.maximumInFlight
    model.promptLimit =
      try reader.number("prompt_limit", in: 1...1e9).map { Int($0) } ?? model.promptLimit
    model.maximumOutputTokens =
      try reader.number("maximum_output_tokens", in: 1...1e9).map { Int($0) }
      ?? model.maximumOutputTokens
    try billing(&model, reader)
    model.formats = try reader.choices("formats") ?? model.formats
    model.fields = try reader.choices("fields").map(Set.init) ?? model.fields
    model.responseFormats = try reader.choices("response_formats") ?? model.responseFormats
    model.fixedFields = try reader.textsByName("fixed_fields") ?? model.fixedFields
    try reader.finish()
    let longest = model.maximumSeconds ?? .infinity
    guard model.minimumSeconds < longest - model.marginSeconds else {
      throw ConfigError(
        message:
          "'\(model.name)': between 'minimum_seconds' and 'maximum_seconds' less 'margin_seconds' is no room"
      )
    }
    for name in ["model", "file"] where model.fixedFields[name] != nil {
      throw ConfigError(message: "'\(model.name)': 'fixed_fields' cannot hold '\(name)'")
    }
    return model
  }

  private static func billing(
    _ model: inout ServiceModel, _ reader: ConfigReader
  ) throws(ConfigError) {
    model.billingSeconds =
      try reader.number("billing_seconds", in: 0.001...3600) ?? model.billingSeconds
    model.minimumBilledSeconds =
      try reader.number("minimum_billed_seconds", in: 0...3600) ?? model.minimumBilledSeconds
    if reader.isNull("rate") {
      model.rate = .unknown
    } else if let price = try reader.price("rate") {
      model.rate = .own(price, from: "your configuration")
    }
  }

  private static func answers(
    _ profile: inout ServiceProfile, _ reader: ConfigReader
  ) throws(ConfigError) {
    profile.fileField = try reader.text("file_field") ?? profile.fileField
    profile.textPath = try reader.text("text_path") ?? profile.textPath
    profile.traceIDPaths = try reader.texts("trace_id_paths") ?? profile.traceIDPaths
    profile.traceIDHeaders = try reader.texts("trace_id_headers") ?? profile.traceIDHeaders
    profile.errors = try reader.choice("errors") ?? profile.errors
    profile.hotwordsForm = try reader.choice("hotwords_form") ?? profile.hotwordsForm
    profile.stripsSpeechTags = try reader.flag("strips_speech_tags") ?? profile.stripsSpeechTags
  }
}
