import Longscribe
import LongscribeInterchange

/// `longscribe report`: a transcript's JSON in, a page to look at it out.
struct ReportCommand {
  private let input: String
  private let output: String
  private let audio: Report.Audio?
  private let overwrites: Bool
  private let console: Console

  init(_ arguments: ParsedArguments, console: Console) throws(UsageError) {
    input = arguments.positionals[0]
    guard let output = arguments.value("--output") else {
      throw UsageError("Missing option '-o, --output <file>'")
    }
    self.output = output
    let isEmbedded = arguments.flag("--embed-audio")
    audio = arguments.value("--audio").map { isEmbedded ? .embedded($0) : .linked($0) }
    if isEmbedded, audio == nil { throw UsageError("--embed-audio needs --audio") }
    overwrites = arguments.flag("--force")
    self.console = console
  }

  func run() async throws(CommandFailure) -> ExitCode {
    let page: Report.Page
    do throws(ReportError) {
      page = try await Report.make(of: input, to: output, audio: audio, overwrites: overwrites)
    } catch {
      throw failure(error)
    }
    if let path = audio?.path, BrowserMedia.type(ofFileNamed: path) == nil {
      console.note(
        "Note: \(path): browsers rarely play files of this kind; 'longscribe convert' makes an mp3 of it"
      )
    }
    let count = page.segments == 1 ? "1 segment" : "\(page.segments) segments"
    console.note("\(page.path): \(count), \(page.byteCount) bytes")
    return .success
  }

  private func failure(_ error: ReportError) -> CommandFailure {
    switch error {
    case .media(let media):
      let message =
        media.code == .exists ? "\(media.description); --force replaces it" : media.description
      return CommandFailure(code: ExitCode.of(.media(media)), message: message)
    case .document: return CommandFailure(code: .media, message: error.description)
    case .tooLargeToEmbed:
      return CommandFailure(
        code: .usage, message: "\(error.description): leave --embed-audio out")
    }
  }
}
