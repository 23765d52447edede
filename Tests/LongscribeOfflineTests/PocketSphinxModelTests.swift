import Foundation
import LongscribeOffline
import Testing

@Suite("Finding the model")
struct PocketSphinxModelTests {
  @Test("Debian's folder holds a complete model")
  func debian() throws {
    let model = try PocketSphinxModel.locate()
    #expect(model.acousticModel == "/usr/share/pocketsphinx/model/en-us/en-us")
  }

  @Test("A missing model is named together with the package that holds it")
  func missing() throws {
    let error = try #require(throws: PocketSphinxError.self) {
      try PocketSphinxModel.locate(in: "/nowhere")
    }
    #expect(error == .modelFileMissing(path: "/nowhere/en-us/feat.params"))
    #expect(error.description.contains("apt install pocketsphinx-en-us"))
    #expect(error.description.contains("/nowhere/en-us/feat.params"))
  }

  @Test("An empty file counts as missing, and a folder is no file")
  func unusable() throws {
    let folder = try copyOfModel()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: Never.self) { try PocketSphinxModel.locate(in: folder.path) }

    let scores = folder.appending(path: "en-us/sendump")
    try FileManager.default.removeItem(at: scores)
    try Data().write(to: scores)
    #expect(throws: PocketSphinxError.modelFileMissing(path: scores.path)) {
      try PocketSphinxModel.locate(in: folder.path)
    }

    try FileManager.default.removeItem(at: scores)
    try FileManager.default.createDirectory(at: scores, withIntermediateDirectories: false)
    #expect(throws: PocketSphinxError.modelFileMissing(path: scores.path)) {
      try PocketSphinxModel.locate(in: folder.path)
    }
  }

  @Test("A damaged language model is an error that names the model")
  func damaged() async throws {
    let folder = try copyOfModel()
    defer { try? FileManager.default.removeItem(at: folder) }
    let language = folder.appending(path: "en-us.lm.bin")
    try FileManager.default.removeItem(at: language)
    try Data("no language model".utf8).write(to: language)

    let model = try PocketSphinxModel.locate(in: folder.path)
    await #expect(throws: PocketSphinxError.modelRejected(path: model.acousticModel)) {
      try await onThread { _ = try PocketSphinxDecoder(model: model) }
    }
  }

  /// Makes a folder that looks like Debian's, of links to the files there.
  private func copyOfModel() throws -> URL {
    let files = FileManager.default
    let source = URL(filePath: PocketSphinxModel.debianFolder)
    let folder = files.temporaryDirectory.appending(path: UUID().uuidString)
    try files.createDirectory(
      at: folder.appending(path: "en-us"), withIntermediateDirectories: true)
    let names =
      ["en-us.lm.bin", "cmudict-en-us.dict"]
      + (try files.contentsOfDirectory(atPath: source.appending(path: "en-us").path))
      .map { "en-us/" + $0 }
    for name in names {
      try files.createSymbolicLink(
        at: folder.appending(path: name), withDestinationURL: source.appending(path: name))
    }
    return folder
  }
}
