private import Foundation
private import Glibc
package import LongscribeCore
private import Synchronization

/// A folder of chunk files and their plan. The plan is written last: a folder without it is not finished.
///
/// Nothing in it is touched before the first file can be written, and what a failed split has written is removed.
package final class ChunkFolder: Sendable {
  /// The folder as it was named.
  package let path: String
  private let overwrites: Bool
  /// Whether files of this split may be in it.
  private let hasBegun = Mutex(false)

  private static let planName = "plan.json"

  /// - Parameter overwrites: Whether files of an earlier split in the folder are replaced.
  package init(_ path: String, overwrites: Bool) {
    self.path = path
    self.overwrites = overwrites
  }

  /// Makes the folder, and the way for its files.
  package func prepare() throws(MediaError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw MediaError(
        .notWritable, file: FileName.printable(path), detail: "the folder cannot be made")
    }
    if !overwrites, let first = owned.first {
      throw MediaError(
        .exists, file: FileName.printable(path + "/" + first), detail: "from an earlier split")
    }
  }

  /// Removes what an earlier split has left: a plan of more chunks must not stay beside files of fewer.
  private func begin() {
    hasBegun.withLock { hasBegun in
      if !hasBegun { removeOwned() }
      hasBegun = true
    }
  }

  /// Removes what this split has written.
  package func clear() {
    if hasBegun.withLock({ $0 }) { removeOwned() }
  }

  private func removeOwned() {
    for name in owned { unlink(path + "/" + name) }
  }

  /// Names in the folder that a split gives.
  private var owned: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0 == Self.planName || Self.isChunk($0) }.sorted()
  }

  private static func isChunk(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, AudioFormat(fileExtension: String(parts[1])) != nil,
      parts[0].hasPrefix("chunk-")
    else { return false }
    let digits = parts[0].dropFirst("chunk-".count)
    return digits.count >= 5 && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Writes a chunk's file; it appears when it is whole.
  package func write(
    _ chunk: Chunk, as format: AudioFormat,
    _ body: (AudioWriter.Output) throws(MediaError) -> Void
  ) throws(MediaError) {
    begin()
    let name = path + "/" + chunk.fileName(in: format)
    var file = try OutputFile(name, overwrites: overwrites)
    do throws(MediaError) {
      try body(AudioWriter.Output(descriptor: file.descriptor))
    } catch {
      throw error.code == .storage
        ? MediaError(.notWritable, file: FileName.printable(name), detail: error.detail) : error
    }
    try file.commit(durably: false)
  }

  /// Copies the recording itself as the only chunk's file.
  package func copy(_ original: AudioUpload, as chunk: Chunk) throws(MediaError) {
    begin()
    var file = try OutputFile(
      path + "/" + chunk.fileName(in: original.format), overwrites: overwrites)
    _ = try file.copy { try original.bytes.read(at: $0, into: $1) }
    try file.commit(durably: false)
  }

  /// Writes the plan.
  package func write(_ plan: PlanDocument) throws(MediaError) {
    var file = try OutputFile(path + "/" + Self.planName, overwrites: overwrites)
    let bytes = Array(plan.write().utf8)
    _ = try file.copy { position, buffer in
      let rest = bytes.dropFirst(Int(position)).prefix(buffer.count)
      buffer.copyBytes(from: rest)
      return rest.count
    }
    try file.commit(durably: true)
  }
}
