private import Foundation
private import Glibc
package import LongscribeCore
private import Synchronization

/// A folder of chunk files and their plan. The plan is written last: a folder without it is not finished.
///
/// Where an earlier split is replaced, the new files lie in a folder of their own until all are there, so that whatever fails before leaves the
/// earlier split as it was. What a failed split has written is removed. One split at a time writes to a folder.
package final class ChunkFolder: Sendable {
  private struct State {
    /// Held while this split lives: the lock on the folder.
    var lock: Int32 = -1
    /// Whether this split has made the folder.
    var isMade = false
    /// Whether there is an earlier split to replace.
    var replaces = false
    /// Where the new files are, if not in the folder itself.
    var staging: String?
    /// Names of files that this split has begun.
    var names: [String] = []
  }

  /// The folder as it was named.
  package let path: String
  private let overwrites: Bool
  private let state = Mutex(State())

  private static let planName = "plan.json"
  /// Bytes of a plan that is read again; that of 100 hours has 50 MB.
  private static let largestPlan: Int64 = 100_000_000

  /// - Parameter overwrites: Whether files of an earlier split in the folder are replaced.
  package init(_ path: String, overwrites: Bool) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    self.overwrites = overwrites
  }

  deinit {
    let lock = state.withLock { $0.lock }
    if lock >= 0 { close(lock) }
  }

  /// Makes the folder, and looks at what is in it before any work is done.
  package func prepare(for file: MediaFile) throws(MediaError) {
    let isMade = try FolderMaker.make(path)
    let lock = FileName.withBytes(path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    state.withLock { $0.lock = lock }
    // Some file systems have no locks; there two splits at once are the user's own affair.
    if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw failure("another split is writing to it")
    }
    state.withLock { $0.isMade = isMade }
    guard FileName.withBytes(path, { access($0, W_OK | X_OK) }) == 0 else {
      throw failure(String(cString: strerror(errno)))
    }
    let found = earlier
    for name in found where file.isNamed(path + "/" + name) {
      throw MediaError(
        .notWritable, file: FileName.printable(path + "/" + name),
        detail: "it is the recording itself")
    }
    for name in found where !isFile(name) {
      throw MediaError(
        .notWritable, file: FileName.printable(path + "/" + name),
        detail: "it is there and is not a file")
    }
    removeStale()
    if !overwrites, let first = found.first {
      throw MediaError(
        .exists, file: FileName.printable(path + "/" + first))
    }
    state.withLock { $0.replaces = !found.isEmpty }
  }

  private func isFile(_ name: String) -> Bool {
    var status = stat()
    return FileName.withBytes(path + "/" + name) { lstat($0, &status) } == 0
      && status.st_mode & S_IFMT == S_IFREG
  }

  /// Removes what splits have left that were killed: with the folder locked, nobody else is using it.
  private func removeStale() {
    guard state.withLock({ $0.lock }) >= 0 else { return }
    for name in names
    where name.hasPrefix(".longscribe-") && name.hasSuffix(".part") && !isFile(name) {
      let folder = path + "/" + name
      for file in Self.names(in: folder) where file == Self.planName || Self.isChunk(file) {
        remove(folder + "/" + file)
      }
      removeFolder(folder)
    }
  }

  /// Names in the folder that a split gives.
  private var earlier: [String] {
    names.filter { $0 == Self.planName || Self.isChunk($0) }.sorted()
  }

  private var names: [String] { Self.names(in: path) }

  private static func names(in path: String) -> [String] {
    guard let listing = FileName.withBytes(path, { opendir($0) }) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }

  /// The chunk files that the plan in the folder names: they are an earlier split's. Others of such names may be somebody's own.
  private var plannedNames: Set<String> {
    struct Plan: Decodable {
      struct Entry: Decodable { let file: String? }
      let chunks: [Entry]
    }
    guard let file = try? MediaFile(path: path + "/" + Self.planName), let size = file.byteCount,
      size < Self.largestPlan
    else { return [] }
    var data = Data(count: Int(size))
    let count = data.withUnsafeMutableBytes { (try? file.read(at: 0, into: $0)) ?? 0 }
    guard let plan = try? JSONDecoder().decode(Plan.self, from: data.prefix(count)) else {
      return []
    }
    return Set(plan.chunks.compactMap(\.file).filter(Self.isChunk))
  }

  private static func isChunk(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, AudioFormat(fileExtension: String(parts[1])) != nil,
      parts[0].hasPrefix("chunk-")
    else { return false }
    let digits = parts[0].dropFirst("chunk-".count)
    return digits.count >= 5 && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  private func failure(_ detail: String) -> MediaError {
    MediaError(.notWritable, file: FileName.printable(path), detail: detail)
  }

  /// Begins a file of this split.
  private func begin(_ name: String) throws(MediaError) -> OutputFile {
    let result = state.withLock { state -> Result<String, MediaError> in
      if state.replaces, state.staging == nil {
        let staging = OutputFile.temporaryName(in: path + "/")
        guard FileName.withBytes(staging, { mkdir($0, 0o700) }) == 0 else {
          return .failure(failure(String(cString: strerror(errno))))
        }
        state.staging = staging
      }
      return .success(state.staging ?? path)
    }
    return try OutputFile(
      try result.get() + "/" + name, overwrites: overwrites, displayName: path + "/" + name)
  }

  /// Gives a file of this split its name.
  private func commit(
    _ file: inout OutputFile, _ name: String
  ) throws(MediaError) {
    try file.commit()
    state.withLock { $0.names.append(name) }
  }

  /// Writes a chunk's file; it appears when it is whole.
  package func write(
    _ chunk: Chunk, as format: AudioFormat,
    _ body: (AudioWriter.Output) throws(MediaError) -> Void
  ) throws(MediaError) {
    let name = chunk.fileName(in: format)
    var file = try begin(name)
    do throws(MediaError) {
      try body(AudioWriter.Output(descriptor: file.descriptor))
    } catch {
      throw error.whileWriting(path + "/" + name)
    }
    try commit(&file, name)
  }

  /// Copies the recording itself as the only chunk's file.
  package func copy(_ original: AudioUpload, as chunk: Chunk) throws(MediaError) {
    let name = chunk.fileName(in: original.format)
    var file = try begin(name)
    _ = try file.copy { try original.bytes.read(at: $0, into: $1) }
    try commit(&file, name)
  }

  /// Writes the plan, and puts the new files in the place of those of an earlier split.
  package func finish(_ plan: PlanDocument) throws(MediaError) {
    var file = try begin(Self.planName)
    let bytes = Array(plan.write().utf8)
    _ = try file.copy { position, buffer in
      let rest = bytes.dropFirst(Int(position)).prefix(buffer.count)
      buffer.copyBytes(from: rest)
      return rest.count
    }
    try commit(&file, Self.planName)
    try replaceEarlier()
  }

  private func replaceEarlier() throws(MediaError) {
    let (staging, names) = state.withLock { ($0.staging, $0.names) }
    guard let staging else { return }
    // A plan of more chunks must not stay beside files of fewer: it goes first and comes last.
    let planned = plannedNames
    remove(path + "/" + Self.planName)
    let leftOver = planned.subtracting(names)
    for name in names {
      let isMoved = FileName.withBytes(path + "/" + name) { new in
        FileName.withBytes(staging + "/" + name) { rename($0, new) } == 0
      }
      guard isMoved else {
        throw MediaError(
          .notWritable, file: FileName.printable(path + "/" + name),
          detail: String(cString: strerror(errno)))
      }
    }
    for name in leftOver { remove(path + "/" + name) }
    removeFolder(staging)
    state.withLock { $0.staging = nil }
  }

  /// Removes what this split has written.
  package func clear() {
    state.withLock { state in
      let place = state.staging ?? path
      for name in state.names { remove(place + "/" + name) }
      if let staging = state.staging { removeFolder(staging) }
      if state.isMade { removeFolder(path) }
      state.names = []
      state.staging = nil
    }
  }

  private func remove(_ path: String) {
    _ = FileName.withBytes(path) { unlink($0) }
  }

  private func removeFolder(_ path: String) {
    _ = FileName.withBytes(path) { rmdir($0) }
  }
}
