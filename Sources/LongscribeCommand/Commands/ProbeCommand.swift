import Longscribe
import LongscribeInterchange

/// `longscribe probe`: what is in recordings, and what each service needs.
enum ProbeCommand {
  static func run(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) async throws(CommandFailure) -> ExitCode {
    var outcomes: [ExitCode] = []
    var documents: [ProbeDocument] = []
    let isJSON = arguments.flag("--json")
    for input in arguments.positionals {
      let description: MediaDescription
      do throws(CommandFailure) {
        description = try await probe(
          input, exact: arguments.flag("--exact"), surroundings: surroundings)
        outcomes.append(.success)
      } catch {
        outcomes.append(error.code)
        if error.code == .interrupted { break }
        console.error("Error: \(error.message)")
        continue
      }
      for warning in description.warnings { console.note("Warning: \(input): \(warning)") }
      let needs = ServiceNeeds.all(description, surroundings.profiles)
      if isJSON {
        documents.append(ProbeDocument(description, needs))
      } else {
        try console.output(ProbeText.block(description, needs))
      }
    }
    if isJSON, !documents.isEmpty {
      let text =
        arguments.positionals.count == 1 ? JSONText.write(documents[0]) : JSONText.write(documents)
      try console.output(text)
    }
    return ExitCode.of(outcomes)
  }

  private static func probe(
    _ input: String, exact: Bool, surroundings: Surroundings
  ) async throws(CommandFailure) -> MediaDescription {
    let options = Transcriber.Options(temporaryFolder: PlanOptions.temporaryFolder(surroundings))
    do throws(MediaError) {
      let description = try await Transcriber(options: options).probe(input, exact: exact)
      if description.tracks.isEmpty { throw MediaError(.noAudio, file: description.file) }
      return description
    } catch {
      let message =
        error.code == .notFound ? InputCheck.missing(input).description : error.description
      throw CommandFailure(code: ExitCode.of(.media(error)), message: message)
    }
  }
}
