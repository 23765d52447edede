import Longscribe
import LongscribeInterchange

/// `longscribe convert`: one recording in, one file out.
struct ConvertCommand {
  private let input: String
  private let output: String
  private let form: FileForm
  private let choice: ProviderChoice?
  private let options: Transcriber.Options
  private let overwrites: Bool
  private let console: Console

  init(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) throws(UsageError) {
    input = arguments.positionals[0]
    guard let output = arguments.value("--output") else {
      throw UsageError("Missing option '-o, --output <file>'")
    }
    self.output = output
    form = try Self.form(arguments, output: output)
    choice =
      arguments.value("--provider") == nil ? nil : try ProviderChoice(arguments, in: surroundings)
    let selection = try SelectionOptions.selection(arguments)
    options = Transcriber.Options(
      selection: selection, stopsAtDamage: arguments.flag("--strict"),
      temporaryFolder: PlanOptions.temporaryFolder(surroundings))
    overwrites = arguments.flag("--force")
    self.console = console
    if choice != nil {
      for name in ["--sample-rate", "--channels", "--bitrate"] where arguments.value(name) != nil {
        throw UsageError("--provider decides the form of the file; '\(name)' cannot be added")
      }
    } else if arguments.value("--model") != nil {
      throw UsageError("--model needs --provider")
    }
  }

  private static func form(
    _ arguments: ParsedArguments, output: String
  ) throws(UsageError) -> FileForm {
    let name = output.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last,
      let format = AudioFormat(fileExtension: String(last))
    else {
      let known = AudioFormat.allCases.map(\.facts.fileExtension).joined(separator: ", ")
      throw UsageError("'\(output)': the extension says what to make; there are \(known)")
    }
    var form = FileForm(
      format: format, sampleRate: try arguments.integer("--sample-rate", in: 8000...192_000),
      channels: try arguments.integer("--channels", in: 1...2))
    form.bitRate = try bitRate(arguments, form: form)
    return form
  }

  /// Bits a second, as `48000` or `48k`.
  private static func bitRate(
    _ arguments: ParsedArguments, form: FileForm
  ) throws(UsageError) -> Int64? {
    guard let text = arguments.value("--bitrate") else { return nil }
    let isThousands = text.hasSuffix("k") || text.hasSuffix("K")
    guard let number = Int64(isThousands ? String(text.dropLast()) : text),
      (4...512_000).contains(number), case let bits = isThousands ? number * 1000 : number,
      (4000...512_000).contains(bits)
    else {
      throw UsageError(
        "The value '\(text)' is invalid for '--bitrate': it takes bits a second from 4k to 512k")
    }
    let rate = form.format.nearestRate(form.sampleRate ?? Int(Timeline.sampleRate))
    let channels = form.channels ?? 1
    guard let most = form.format.highestBitRate(rate: rate, channels: channels) else {
      throw UsageError("\(form.format.rawValue) files have no bit rate; leave '--bitrate' out")
    }
    guard bits <= most else {
      throw UsageError(
        "\(form.format.rawValue) files of \(rate) Hz \(channels == 1 ? "mono" : "stereo") have at most "
          + "\(most / 1000)k; '--bitrate \(text)' is more")
    }
    return bits
  }

  func run() async throws(CommandFailure) -> ExitCode {
    let transcriber = Transcriber(options: options)
    let conversion: Conversion
    if let choice {
      let facts = try choice.facts
      let limits = facts.limits
      guard limits.formats.contains(form.format) else {
        let formats = limits.formats.map { ".\($0.facts.fileExtension)" }.joined(separator: " or ")
        throw CommandFailure(
          code: .usage,
          message: "\(facts.identity.provider) takes no \(form.format.rawValue); "
            + "name the output \(formats)")
      }
      conversion = transcriber.convert(
        input, to: output, as: form.format, for: limits, overwrites: overwrites)
    } else {
      conversion = transcriber.convert(input, to: output, as: form, overwrites: overwrites)
    }
    let file = try await MediaWork.result(of: conversion, input: input, console: console)
    if let asked = form.sampleRate, asked != file.sampleRate {
      console.note(
        "Note: \(file.format.rawValue) files have no \(asked) Hz; \(file.path) has "
          + "\(file.sampleRate) Hz")
    }
    let length = SampleClock.text(file.samples, rate: file.sampleRate)
    let kind = file.isOriginal ? "the recording itself, untouched" : "\(file.sampleRate) Hz"
    let channels = file.isOriginal ? "" : file.channels == 1 ? ", mono" : ", stereo"
    console.note(
      "\(file.path): \(length), \(file.format.rawValue), \(kind)\(channels), "
        + "\(file.byteCount) bytes")
    return .success
  }
}
