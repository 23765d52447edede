import Foundation
import Longscribe
import LongscribeInterchange

/// `longscribe check`: our decoding held against the ffmpeg program's, for developers.
enum CheckCommand {
  static func run(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) async throws(CommandFailure) -> ExitCode {
    var outcomes: [ExitCode] = []
    for input in arguments.positionals {
      do throws(CommandFailure) {
        try console.output(try await check(input, console: console, surroundings: surroundings))
        outcomes.append(.success)
      } catch {
        if error.code == .interrupted { throw error }
        console.error("Error: \(error.message)")
        outcomes.append(error.code)
      }
    }
    return ExitCode.of(outcomes)
  }

  private static func check(
    _ input: String, console: Console, surroundings: Surroundings
  ) async throws(CommandFailure) -> String {
    let options = Transcriber.Options(temporaryFolder: PlanOptions.temporaryFolder(surroundings))
    let transcriber = Transcriber(options: options)
    let track: MediaDescription.Track
    do throws(MediaError) {
      let description = try await transcriber.probe(input)
      guard description.byteCount != nil else {
        throw MediaError(
          .notAFile, file: description.file, detail: "it is a pipe, which only one program can read"
        )
      }
      guard let found = description.defaultTrack else {
        throw MediaError(.noAudio, file: description.file)
      }
      track = found
    } catch {
      throw CommandFailure(code: ExitCode.of(.media(error)), message: error.description)
    }
    let folder = "\(options.temporaryFolder)/longscribe-check-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard
      (try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700]))
        != nil
    else { throw CommandFailure(code: .cannotWrite, message: "\(folder): cannot be made") }
    // At the file's own rate and channels neither program has anything to compute: what differs is what was decoded.
    let form = FileForm(
      format: .pcm, sampleRate: track.sampleRate, channels: min(2, track.channels))
    let conversion = transcriber.convert(input, to: "\(folder)/ours.pcm", as: form)
    let file = try await MediaWork.result(
      of: conversion, input: input, console: console, tellsWarnings: false)
    try await decode(input, track: track.index, form, to: "\(folder)/theirs.pcm")
    guard let ours = samples("\(folder)/ours.pcm"), let theirs = samples("\(folder)/theirs.pcm")
    else { throw CommandFailure(code: .unexpected, message: "\(input): nothing to compare") }
    return await withCheckedContinuation { continuation in
      // Seconds of pure computing: not on a thread of Swift's own.
      DispatchQueue.global().async {
        continuation.resume(returning: text(input, file, ours: ours, theirs: theirs))
      }
    }
  }

  /// Runs the ffmpeg program.
  private static func decode(
    _ input: String, track: Int, _ form: FileForm, to output: String
  ) async throws(CommandFailure) {
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    ffmpeg.arguments = [
      "ffmpeg", "-nostdin", "-v", "quiet", "-i", "file:\(input)", "-map", "0:a:\(track)", "-f",
      "s16le",
      "-ar", String(form.sampleRate ?? 16_000), "-ac", String(form.channels ?? 1), output,
    ]
    ffmpeg.standardInput = FileHandle.nullDevice
    let isStarted = await withCheckedContinuation { continuation in
      ffmpeg.terminationHandler = { _ in continuation.resume(returning: true) }
      if (try? ffmpeg.run()) == nil {
        ffmpeg.terminationHandler = nil
        continuation.resume(returning: false)
      }
    }
    guard isStarted, FileManager.default.fileExists(atPath: output) else {
      throw CommandFailure(
        code: .unexpected, message: "\(input): the ffmpeg program is missing or cannot decode it")
    }
  }

  private static func samples(_ path: String) -> Data? {
    try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
  }

  private static func text(
    _ input: String, _ file: ConvertedFile, ours: Data, theirs: Data
  ) -> String {
    let channels = file.channels
    let comparison = ours.withUnsafeBytes { left in
      theirs.withUnsafeBytes { right in
        SampleComparison(
          ours: left.bindMemory(to: Int16.self), theirs: right.bindMemory(to: Int16.self),
          rate: file.sampleRate, channels: channels)
      }
    }
    func milliseconds(_ samples: Int) -> String {
      String(format: "%.1f ms", Double(samples) * 1000 / Double(file.sampleRate))
    }
    let count = theirs.count / 2 / channels
    let excess = Int(file.samples) - count
    var text = "\(FileName.printable(input))\n"
    text += "  length      ours \(file.samples), ffmpeg \(count) samples at \(file.sampleRate) Hz"
    text += excess == 0 ? "\n" : " (\(excess > 0 ? "+" : "")\(excess), \(milliseconds(excess)))\n"
    let offsets = comparison.offsets.map { offset in
      let place = TimeText.coarse(
        Timeline.samples(Double(offset.place) / Double(file.sampleRate)))
      return "\(offset.samples.map(String.init) ?? "not found") at \(place)"
    }
    text += "  offset      \(offsets.joined(separator: ", "))\n"
    if let largest = comparison.largest {
      text += "  difference  at most \(largest.difference) of 32768"
      text += largest.difference == 0 ? "\n" : ", at sample \(largest.place)\n"
    } else {
      text += "  difference  not told where samples are displaced\n"
    }
    let sentences = file.report.warnings + file.report.notes
    text += "  report      \(sentences.isEmpty ? "clean" : sentences.joined(separator: "; "))\n"
    return text
  }
}
