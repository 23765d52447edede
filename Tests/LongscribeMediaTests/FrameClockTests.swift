import LongscribeMedia
import Testing

@Suite("The clock that lays frames on the timeline")
struct FrameClockTests {
  private static let millisecond: Int64 = 1_000_000
  private static let second: Int64 = 1_000_000_000

  private func clock(
    video: Int64? = nil, madeUp: Bool = false, mayJump: Bool = false
  ) -> FrameClock {
    FrameClock(facts: TimelineFacts(videoStart: video, timesAreMadeUp: madeUp, mayJump: mayJump))
  }

  /// Places frames of a tenth of a second, each at its time moved by so many milliseconds.
  private func place(_ clock: inout FrameClock, moved: [Int64]) -> [FrameClock.Placement] {
    moved.enumerated().map { index, milliseconds in
      let time = Int64(index) * Self.second / 10 + milliseconds * Self.millisecond
      return clock.place(time: time, samples: 1600, rate: 16_000)
    }
  }

  @Test(
    "Up to 50 ms of deviation, early or late, nothing is done",
    arguments: [0, 10, -10, 49, -49, 50, -50] as [Int64])
  func tolerated(_ milliseconds: Int64) {
    var clock = clock()
    let placements = place(&clock, moved: [0, milliseconds, 0, milliseconds])
    #expect(placements.allSatisfy { $0 == FrameClock.Placement() })
  }

  @Test(
    "More than 50 ms late is a gap of just that length, once",
    arguments: [51, 60, 4000, 10_001, 3_600_000] as [Int64])
  func gap(_ milliseconds: Int64) {
    var clock = clock()
    let placements = place(&clock, moved: [0, milliseconds, milliseconds, milliseconds + 20])
    let silence = milliseconds * Self.millisecond
    #expect(placements[1] == FrameClock.Placement(silence: silence, isGap: true))
    #expect(placements[2] == FrameClock.Placement())
    #expect(placements[3] == FrameClock.Placement())
  }

  @Test("Small losses add up to a gap")
  func accumulated() {
    var clock = clock()
    let placements = place(&clock, moved: [0, 20, 40, 60, 80, 100, 120])
    let silences = placements.map { $0.silence / Self.millisecond }
    #expect(silences == [0, 0, 0, 60, 0, 0, 60])
  }

  @Test(
    "More than 50 ms early is a splice: the new times are taken as continuing",
    arguments: [51, 5000, 60_000] as [Int64])
  func splice(_ milliseconds: Int64) {
    var clock = clock()
    let placements = place(&clock, moved: [0, -milliseconds, -milliseconds, -milliseconds + 30])
    #expect(placements[1] == FrameClock.Placement(isJump: true))
    #expect(placements[2] == FrameClock.Placement())
    #expect(placements[3] == FrameClock.Placement())
  }

  @Test(
    "A jump of more than ten seconds is a gap only in formats that are not known for jumps",
    arguments: [true, false])
  func jump(_ mayJump: Bool) {
    var clock = clock(mayJump: mayJump)
    let placements = place(&clock, moved: [0, 10_000, 20_001])
    #expect(placements[1].isGap)
    #expect(placements[2].isJump == mayJump)
    #expect(placements[2].isGap == !mayJump)
  }

  @Test("A jump of more than an hour is a damaged time in any format")
  func farJump() {
    var clock = clock()
    #expect(place(&clock, moved: [0, 3_600_001])[1] == FrameClock.Placement(isJump: true))
  }

  @Test("More silence than the whole recording claims to have is a damaged time")
  func moreThanClaimed() {
    for (claimed, isGap) in [(100, true), (99, false)] as [(Int64, Bool)] {
      let facts = TimelineFacts(
        videoStart: nil, timesAreMadeUp: false, mayJump: false, claimed: claimed * Self.second)
      var clock = FrameClock(facts: facts)
      let placement = place(&clock, moved: [0, 100_000])[1]
      #expect(placement.isGap == isGap)
      #expect(placement.isJump != isGap)
    }
  }

  @Test("Times that are made up tell nothing")
  func madeUp() {
    var clock = clock(video: 0, madeUp: true)
    #expect(place(&clock, moved: [2000, 9000, -9000]).allSatisfy { $0 == FrameClock.Placement() })
  }

  @Test("Frames without a time continue those before them")
  func withoutTimes() {
    var clock = clock()
    #expect(clock.place(time: 0, samples: 16_000, rate: 16_000) == FrameClock.Placement())
    for _ in 0..<5 {
      #expect(clock.place(time: nil, samples: 16_000, rate: 16_000) == FrameClock.Placement())
    }
    #expect(clock.place(time: 6 * Self.second, samples: 1, rate: 16_000) == FrameClock.Placement())
  }

  @Test("A first time that comes only after some frames is no splice for the frames behind it")
  func lateFirstTime() {
    var clock = clock()
    #expect(clock.place(time: nil, samples: 16_000, rate: 16_000) == FrameClock.Placement())
    for index in 1...5 {
      let placement = clock.place(time: Int64(index) * Self.second, samples: 16_000, rate: 16_000)
      #expect(placement == FrameClock.Placement())
    }
  }

  @Test(
    "Sound that begins after the picture waits for its turn",
    arguments: [0, -400, 1400, 7_000_000] as [Int64], [1, 30, 2500] as [Int64])
  func lateAudio(_ video: Int64, _ wait: Int64) {
    let start = (video + wait) * Self.millisecond
    var clock = clock(video: video * Self.millisecond)
    let first = clock.place(time: start, samples: 1600, rate: 16_000)
    #expect(first == FrameClock.Placement(silence: wait * Self.millisecond))
    #expect(
      clock.place(time: start + Self.second / 10, samples: 1600, rate: 16_000)
        == FrameClock.Placement())
  }

  @Test("Sound that begins before the picture is the start")
  func earlyAudio() {
    var clock = clock(video: 2 * Self.second)
    #expect(clock.place(time: Self.second, samples: 1600, rate: 16_000) == FrameClock.Placement())
  }

  @Test(
    "Ten hours of frames whose times are rounded to milliseconds make no gap",
    arguments: [44_100, 48_000, 11_025] as [Int64])
  func noDrift(_ rate: Int64) {
    var clock = clock()
    let frames = 10 * 3600 * rate / 1024
    var isQuiet = true
    for index in 0..<frames {
      let milliseconds = index * 1024 * 1000 / rate
      let placement = clock.place(time: milliseconds * Self.millisecond, samples: 1024, rate: rate)
      isQuiet = isQuiet && placement == FrameClock.Placement()
    }
    #expect(isQuiet)
  }

  @Test("Changes of the rate on the way lose no time")
  func changingRates() {
    var clock = clock()
    var time: Int64 = 0
    for index in 0..<1000 {
      let rate: Int64 = index.isMultiple(of: 2) ? 44_100 : 48_000
      #expect(clock.place(time: time, samples: rate / 10, rate: rate) == FrameClock.Placement())
      time += Self.second / 10
    }
  }

  @Test("Absurd times neither crash nor make more than an hour of silence")
  func absurdTimes() {
    let times: [Int64] = [.min + 1, .min + 2, .max, .max - 1, 0, -1, 1, .max / 2, .min / 2]
    for video in times + [nil] as [Int64?] {
      for first in times {
        for second in times {
          for third in times {
            var clock = clock(video: video)
            for time in [first, second, third] {
              let placement = clock.place(time: time, samples: .init(Int32.max), rate: 1000)
              #expect((0...3_600 * Self.second).contains(placement.silence))
            }
          }
        }
      }
    }
  }

  @Test("A damaged header that puts seconds between all frames does not turn seconds into days")
  func absurdFilling() {
    var clock = clock()
    var silence: Int64 = 0
    for index in 0..<20_000 {
      let placement = clock.place(
        time: Int64(index) * 9 * Self.second, samples: 160, rate: 16_000)
      silence += placement.silence
    }
    // 200 s were decoded; ten times as much, or an hour, may be filled in.
    #expect(silence <= 3600 * Self.second)
    #expect(silence > 3000 * Self.second)
  }
}
