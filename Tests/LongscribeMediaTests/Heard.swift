import LongscribeCore
import LongscribeMedia
import LongscribeThreads
import Testing

/// What listening to a file gave.
struct Heard: Sendable {
  var samples: [Int16]
  var levels: [UInt8]
  /// Most levels that were reported at a time.
  var longestBatch: Int
  var report: DecodeReport
  var description: MediaDescription

  /// Listens to a file on a thread of its own, since listening blocks.
  static func hear(
    _ path: String, selection: AudioSelection = AudioSelection(), stopsAtDamage: Bool = false,
    flag: CancelFlag = CancelFlag(), temporaryFolder: String = "/tmp"
  ) async throws -> Heard {
    let lanes = ThreadLanes(name: "hear", most: 1)
    return try await lanes.run { () -> Result<Heard, any Error> in
      Result {
        try hearBlocking(
          path, selection: selection, stopsAtDamage: stopsAtDamage, flag: flag,
          temporaryFolder: temporaryFolder)
      }
    }.get()
  }

  private static func hearBlocking(
    _ path: String, selection: AudioSelection, stopsAtDamage: Bool, flag: CancelFlag,
    temporaryFolder: String
  ) throws -> Heard {
    let file = try MediaFile(path: path)
    let spool = try Spool(in: temporaryFolder)
    let listener = Listener(
      file: file, selection: selection, stopsAtDamage: stopsAtDamage,
      temporaryFolder: temporaryFolder)
    var levels: [UInt8] = []
    var longestBatch = 0
    var description: MediaDescription?
    let report = try listener.listen(to: spool, flag: flag) { update in
      switch update {
      case .opened(let opened, track: _): description = opened
      case .heard(let more):
        levels += more
        longestBatch = max(longestBatch, more.count)
      }
    }
    return Heard(
      samples: try spool.all(), levels: levels, longestBatch: longestBatch, report: report,
      description: try #require(description))
  }

  /// The error that a file gives, on this thread.
  static func failureBlocking(_ path: String, flag: CancelFlag) throws -> MediaError? {
    do {
      _ = try hearBlocking(
        path, selection: AudioSelection(), stopsAtDamage: false, flag: flag, temporaryFolder: "/tmp"
      )
      return nil
    } catch let error as MediaError {
      return error
    }
  }

  /// The error that a file gives; `nil` if it gives none.
  static func failure(
    _ path: String, selection: AudioSelection = AudioSelection(), stopsAtDamage: Bool = false,
    flag: CancelFlag = CancelFlag(), temporaryFolder: String = "/tmp"
  ) async throws -> MediaError? {
    do {
      _ = try await hear(
        path, selection: selection, stopsAtDamage: stopsAtDamage, flag: flag,
        temporaryFolder: temporaryFolder)
      return nil
    } catch let error as MediaError {
      return error
    }
  }
}

extension Spool {
  /// Every sample.
  func all() throws(StorageError) -> [Int16] {
    var samples = [Int16](repeating: 0, count: Int(length))
    var count = 0
    try samples.withUnsafeMutableBufferPointer { buffer throws(StorageError) in
      count = try read(at: 0, into: buffer)
    }
    return Array(samples[..<count])
  }

  /// A spool that holds these samples, appended in blocks of the given sizes in turn.
  static func holding(_ samples: [Int16], blocks: [Int] = [100_000]) throws -> Spool {
    let spool = try Spool(in: "/tmp")
    var position = 0
    var turn = 0
    while position < samples.count {
      let end = min(samples.count, position + blocks[turn % blocks.count])
      try samples[position..<end].withUnsafeBufferPointer { try spool.append($0) }
      position = end
      turn += 1
    }
    return spool
  }
}

extension DecodeReport {
  /// Silence that was filled in, in seconds.
  var filledSeconds: Double { Timeline.seconds(fills.reduce(0) { $0 + $1.length }) }
}
