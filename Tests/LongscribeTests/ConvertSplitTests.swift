import Foundation
import Longscribe
import SyntheticLecture
import TestSupport
import Testing

@Suite("Converting and splitting through the library", .serialized)
struct ConvertSplitTests {
  private let lecture: SpokenLecture
  private let folder: TemporaryFolder

  init() throws {
    lecture = try SpokenLecture(seed: 81, seconds: 40, language: .english)
    folder = try TemporaryFolder()
  }

  /// Chunks of 10 s of 16 kHz mono.
  private let limits = ServiceLimits(
    maximumSamples: 10 * Timeline.sampleRate, marginSamples: 0, minimumSamples: 0,
    maximumBytes: .max, formats: [.wav], maximumInFlight: 1)

  /// The events of some work, or its error.
  private func events<R>(
    _ work: EventSequence<MediaEvent<R>>
  ) async -> Result<[MediaEvent<R>], TranscriptionError> {
    var events: [MediaEvent<R>] = []
    do throws(TranscriptionError) {
      for try await event in work { events.append(event) }
      return .success(events)
    } catch {
      return .failure(error)
    }
  }

  @Test("Events tell what was opened, how far it is, and the file at the end")
  func conversion() async throws {
    let path = try await lecture.recording("m4a")
    let output = folder.file("out.flac")
    let form = FileForm(format: .flac, sampleRate: 48_000, channels: 2)
    let events = try await events(Transcriber().convert(path, to: output, as: form)).get()
    guard case .opened(let description, track: 0)? = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(description.tracks.count == 1)
    var position: Int64 = 0
    for case .heard(let next) in events {
      #expect(next >= position)
      position = next
    }
    guard case .finished(let file)? = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(file.path == output)
    #expect(!file.isOriginal)
    #expect(file.sampleRate == 48_000 && file.channels == 2)
    #expect(file.samples == file.report.length * 3)
    let bytes = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int64
    #expect(file.byteCount == bytes)
  }

  @Test("Every chunk of the plan is told once its file is written")
  func splitting() async throws {
    let path = try await lecture.recording("opus")
    let out = folder.file("chunks")
    let events = try await events(Transcriber().split(path, into: out, for: limits)).get()
    guard case .finished(let files)? = events.last else {
      Issue.record("\(events)")
      return
    }
    var written: [Chunk] = []
    for case .wrote(let chunk) in events { written.append(chunk) }
    written.sort { $0.index < $1.index }
    #expect(written == files.record.chunks)
    #expect(files.folder == out)
    #expect(files.files.count >= 4)
    let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(names == files.files + ["plan.json"])
    let plan = try String(contentsOfFile: out + "/plan.json", encoding: .utf8)
    #expect(plan == PlanDocument(files.record).write())
  }

  @Test(
    "A cancelled task gets its error when nothing is left of the work",
    arguments: ["convert", "split"])
  func cancellation(_ kind: String) async throws {
    let path = try await lecture.recording("wav")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try await expectBest(of: 3, meets: { $0 < .seconds(2) }) { [limits] in
      let folder = try TemporaryFolder()
      let pipe = try SlowPipe(folder.file("pipe"))
      let out = folder.file("out")
      let task = Task { () -> TranscriptionError? in
        do throws(TranscriptionError) {
          if kind == "convert" {
            let form = FileForm(format: .mp3)
            for try await _ in Transcriber().convert(pipe.path, to: out, as: form) {}
          } else {
            for try await _ in Transcriber().split(pipe.path, into: out, for: limits) {}
          }
          return nil
        } catch {
          return error
        }
      }
      try await pipe.send(data, upTo: data.count / 2)
      try await Task.sleep(for: .milliseconds(100))
      let start = ContinuousClock.now
      task.cancel()
      #expect(await task.value == .cancelled)
      let duration = ContinuousClock.now - start
      #expect(folder.contents == ["pipe"])
      return duration
    }
  }

  @Test("Errors say which file it was")
  func errors() async throws {
    let path = try await lecture.recording("m4a")
    let form = FileForm(format: .wav)
    let missing = await events(
      Transcriber().convert("/nowhere.m4a", to: folder.file("out.wav"), as: form))
    #expect(throws: TranscriptionError.media(MediaError(.notFound, file: "/nowhere.m4a"))) {
      try missing.get()
    }
    let taken = folder.file("taken.wav")
    try "keep".write(toFile: taken, atomically: false, encoding: .utf8)
    let exists = await events(Transcriber().convert(path, to: taken, as: form))
    #expect(throws: TranscriptionError.media(MediaError(.exists, file: taken))) {
      try exists.get()
    }
    let unsupported = await events(
      Transcriber().convert(
        path, to: folder.file("out.ogg"), as: FileForm(format: .ogg, bitRate: 400_000)))
    #expect(throws: TranscriptionError.self) { try unsupported.get() }
    #expect(folder.contents == ["taken.wav"])
  }

  @Test("No descriptor is left open, whatever becomes of the work")
  func descriptors() async throws {
    let path = try await lecture.recording("m4a")
    let text = folder.file("text.mp3")
    try "words".write(toFile: text, atomically: false, encoding: .utf8)
    func open() -> Int {
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
    }
    func work(_ index: Int) async {
      for input in [path, text] {
        let form = FileForm(format: .mp3)
        _ = await events(
          Transcriber().convert(input, to: folder.file("\(index).mp3"), as: form, overwrites: true))
        _ = await events(
          Transcriber().split(input, into: folder.file("chunks"), for: limits, overwrites: true))
      }
    }
    await work(0)
    let before = open()
    for index in 1...5 { await work(index) }
    // What is closed on a thread of its own may take a moment.
    let deadline = ContinuousClock.now + .seconds(10)
    while open() > before, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(open() <= before)
  }
}
