import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("The spool and the envelope")
struct SpoolTests {
  private static let samples = Master.at16000.prefix(50_003).map(WaveFile.signed16)

  @Test(
    "What is read back does not depend on the blocks it came in",
    arguments: [[1, 7], [159, 160, 161], [4096], [50_003]])
  func blocks(_ sizes: [Int]) throws {
    let spool = try Spool.holding(Self.samples, blocks: sizes)
    #expect(spool.length == 50_003)
    #expect(try spool.all() == Self.samples)
  }

  @Test(
    "Reading past the end gives what there is",
    arguments: [0, 1, 50_002, 50_003, 60_000] as [Int64])
  func end(_ position: Int64) throws {
    let spool = try Spool.holding(Self.samples)
    var buffer = [Int16](repeating: 7, count: 60_000)
    let count = try buffer.withUnsafeMutableBufferPointer { try spool.read(at: position, into: $0) }
    #expect(count == max(0, 50_003 - Int(position)))
    #expect(Array(buffer[..<count]) == Array(Self.samples.suffix(count)))
  }

  @Test(
    "The envelope does not depend on the blocks either",
    arguments: [[1], [1, 159, 160, 161, 1000], [50_003]])
  func envelope(_ sizes: [Int]) {
    // Levels by the definition: RMS of 160 samples in half decibels above −120 dBFS.
    let expected = stride(from: 0, to: Self.samples.count, by: 160).map { start in
      let frame = Self.samples[start..<min(start + 160, Self.samples.count)].map(Double.init)
      let mean = frame.reduce(0) { $0 + $1 * $1 } / Double(frame.count) / (32_768 * 32_768)
      return mean == 0 ? 0 : Int(max(0, (10 * log10(mean) + 120) * 2).rounded())
    }
    var meter = EnvelopeMeter()
    var levels: [UInt8] = []
    var position = 0
    var turn = 0
    while position < Self.samples.count {
      let end = min(Self.samples.count, position + sizes[turn % sizes.count])
      levels += Self.samples[position..<end].withUnsafeBufferPointer { meter.append($0) }
      position = end
      turn += 1
    }
    levels += meter.finish()
    #expect(levels.map(Int.init) == expected)
  }

  @Test("A reader sees only what has been written, while it is written")
  func concurrentReading() async throws {
    let spool = try Spool(in: "/tmp")
    let samples = (0..<400_000).map { Int16(truncatingIfNeeded: $0) }
    let isRight = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        var position = 0
        var buffer = [Int16](repeating: 0, count: 1000)
        while position < samples.count {
          let length = Int(spool.length)
          let got =
            (try? buffer.withUnsafeMutableBufferPointer {
              try spool.read(at: Int64(position), into: $0)
            }) ?? 0
          guard got >= min(1000, length - position) else { return false }
          guard buffer[..<got].elementsEqual(samples[position..<position + got]) else {
            return false
          }
          position += got
          await Task.yield()
        }
        return true
      }
      group.addTask {
        for start in stride(from: 0, to: samples.count, by: 777) {
          let block = samples[start..<min(start + 777, samples.count)]
          guard (try? block.withUnsafeBufferPointer { try spool.append($0) }) != nil else {
            return false
          }
        }
        return true
      }
      return await group.allSatisfy { $0 }
    }
    #expect(isRight)
  }
}
