import Foundation
import Longscribe
import LongscribeOffline

/// The recogniser that the command line asks for.
struct ProviderChoice: Sendable {
  /// A provider on the command line.
  enum Provider: String, CaseIterable, Sendable {
    case offline
    case glm
  }

  static let list = Provider.allCases.map(\.rawValue).joined(separator: ", ")

  let provider: Provider
  let model: GLMModel
  private let arguments: ParsedArguments

  /// Checks what can be checked without key, network or files.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    self.arguments = arguments
    let name = arguments.value("--provider") ?? Provider.offline.rawValue
    guard let provider = Provider(rawValue: name) else {
      throw UsageError(
        "Unknown provider '\(name)'; there are \(Self.list)"
          + Spelling.suggestion(for: name, in: Provider.allCases.map(\.rawValue)))
    }
    self.provider = provider
    model = GLMModel.named(arguments.value("--model") ?? GLMModel.standard)
    switch provider {
    case .offline: try checkOffline()
    case .glm:
      if let problem = try glmOptions().problem { throw UsageError("Invalid option: \(problem)") }
    }
  }

  private func checkOffline() throws(UsageError) {
    if let language = arguments.value("--language"),
      !["en", "en-us", "english"].contains(language.lowercased())
    {
      throw UsageError(
        "The offline recogniser speaks English only; choose a service with --provider for '\(language)'"
      )
    }
    for name in ["--model", "--base-url"] where arguments.value(name) != nil {
      throw UsageError("The offline recogniser has no '\(name)'; choose a service with --provider")
    }
  }

  private func glmOptions() throws(UsageError) -> GLMOptions {
    GLMOptions(
      temperature: try arguments.number("--temperature", in: 0...1),
      stream: arguments.flag("--stream"), userID: arguments.value("--user-id"),
      prompt: arguments.value("--prompt"))
  }

  /// The service's limits and times, which need no key.
  var facts: (identity: RecognizerIdentity, limits: ServiceLimits, quality: TimeQuality) {
    get throws(CommandFailure) {
      switch provider {
      case .offline:
        let offline = try offline()
        return (offline.identity, offline.limits, offline.timeQuality)
      case .glm:
        let identity = RecognizerIdentity(provider: provider.rawValue, model: model.name)
        return (identity, model.limits, model.timeQuality(stream: arguments.flag("--stream")))
      }
    }
  }

  /// Checks the lengths asked for against the service's limits, before any recording is opened.
  func check(_ options: Transcriber.Options) throws(UsageError) {
    guard options.chunkLength != nil || options.overlap != nil, let facts = try? facts,
      let format = facts.limits.uploadFormat
    else { return }
    do throws(PlanRulesError) {
      _ = try PlanRules(
        limits: facts.limits, format: format, quality: facts.quality,
        chunkLength: options.chunkLength, overlap: options.overlap)
    } catch {
      throw UsageError(error.description)
    }
  }

  /// Sentences about options that the provider does not have.
  var notes: [String] {
    switch provider {
    case .offline:
      return ["--prompt", "--temperature", "--user-id"].filter { arguments.value($0) != nil }
        .map { "the offline recogniser has no \($0); it is ignored" }
    case .glm:
      var notes = ((try? glmOptions()) ?? GLMOptions()).ignored(by: model)
      if arguments.value("--language") != nil {
        notes.append("glm finds the language by itself; --language is not sent")
      }
      return notes
    }
  }

  private func offline() throws(CommandFailure) -> OfflineRecognizer {
    do {
      return try OfflineRecognizer()
    } catch {
      throw CommandFailure(code: .configuration, message: error.description)
    }
  }

  /// The recogniser, with its key.
  func recognizer(environment: [String: String]) throws(CommandFailure) -> any Recognizer {
    switch provider {
    case .offline: return try offline()
    case .glm:
      let key = try KeySource.find(arguments, in: environment)
      do {
        let baseURL = try BaseURL(arguments.value("--base-url") ?? key.baseURL)
        return GLMRecognizer(
          key: key.secret, model: model, baseURL: baseURL,
          options: (try? glmOptions()) ?? GLMOptions(), usesEnvironmentProxy: true)
      } catch {
        throw CommandFailure(code: .configuration, message: error.description)
      }
    }
  }

  /// A service whose key is at hand while the offline recogniser is used: its user may not know.
  static func unusedKey(in environment: [String: String]) -> String? {
    KeySource.variables.first { !(environment[$0.name] ?? "").isEmpty }?.name
  }
}
