import Foundation
import LongscribeJournal
import Testing

struct SealTests {
  @Test("What is sealed comes back", arguments: [0, 1, 7, 8, 9, 1000])
  func back(_ count: Int) {
    let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    #expect(Seal.open(Seal.close(bytes)) == bytes)
  }

  @Test("Each flipped bit and each missing byte is found")
  func damage() {
    let sealed = Seal.close(Data("{\"text\":\"speech\"}".utf8))
    for place in sealed.indices {
      for bit in 0..<8 {
        var damaged = sealed
        damaged[place] ^= 1 << bit
        #expect(Seal.open(damaged) == nil)
      }
      #expect(Seal.open(sealed.prefix(place)) == nil)
    }
  }
}
