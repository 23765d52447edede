import Foundation
import LongscribeCore
import Testing

@Suite("The outline of the loudness")
struct LoudnessOutlineTests {
  @Test("A value is the loudest of its tenth of a second, the last of what is left")
  func loudest() {
    var levels = [UInt8](repeating: 3, count: 25)
    levels[9] = 200
    levels[10] = 90
    levels[24] = 7
    let outline = LoudnessOutline(Envelope(levels: levels))
    #expect(outline == LoudnessOutline(perSecond: 10, levels: [200, 90, 7]))
  }

  @Test("What nobody has listened to has no outline")
  func empty() {
    #expect(LoudnessOutline(Envelope()) == nil)
  }

  @Test(
    "Longer recordings have fewer values a second, and ten hours no more than 360 kB in JSON",
    arguments: [(1.0, 10.0), (7.5, 10), (7.6, 5), (10, 5), (15.1, 2), (40, 1), (76, 0.5)])
  func rates(hours: Double, perSecond: Double) throws {
    let frames = Int(hours * 360_000)
    let outline = try #require(
      LoudnessOutline(Envelope(levels: [UInt8](repeating: 80, count: frames))))
    #expect(outline.perSecond == perSecond)
    #expect(outline.levels.count == Int((hours * 3600 * perSecond).rounded(.up)))
    #expect(try JSONEncoder().encode(outline).count <= 360_100)
  }

  @Test("It comes back from JSON as it was, as base64")
  func roundTrip() throws {
    let outline = LoudnessOutline(perSecond: 0.5, levels: [0, 1, 128, 240])
    let json = try JSONEncoder().encode(outline)
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(object["levels"] as? String == "AAGA8A==")
    #expect(object["per_second"] as? Double == 0.5)
    #expect(try JSONDecoder().decode(LoudnessOutline.self, from: json) == outline)
  }
}
