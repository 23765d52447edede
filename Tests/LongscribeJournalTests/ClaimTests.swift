import Foundation
import LongscribeCore
import LongscribeJournal
import Testing

struct ClaimTests {
  private let folder = StoreFolder()

  @Test("A call is granted once; its answer is there for all others")
  func answered() async throws {
    let (first, second) = (try folder.open(), try folder.open())
    let (token, abandoned) = try await first.granted(StoreFolder.claim("a"))
    #expect(abandoned == 0)
    #expect(try await first.claim(StoreFolder.claim("a")) == .taken)
    #expect(try await second.claim(StoreFolder.claim("a")) == .taken)
    #expect(try await second.granted(StoreFolder.claim("b")).token > token)
    let answer = Recognition(
      text: "words", segments: [.init(range: TimelineRange(0, 16_000), text: "words")],
      language: "en", raw: Data("{}".utf8))
    try await first.settle(token, key: "a", .answered(answer))
    var kept = answer
    kept.raw = Data()
    #expect(try await second.claim(StoreFolder.claim("a")) == .answered(kept))
    #expect(try await first.claim(StoreFolder.claim("a")) == .answered(kept))
    #expect(try folder.open().notes.isEmpty)
    #expect(try folder.number("SELECT count(*) FROM answer") == 1)
  }

  @Test(
    "A call that was charged for nothing, or may have been, is made once more, not twice",
    arguments: [CallFate.unknown, .charged])
  func refused(fate: CallFate) async throws {
    let store = try folder.open()
    for _ in 0..<2 {
      let token = try await store.granted(StoreFolder.claim("a")).token
      try await store.settle(token, key: "a", fate)
    }
    #expect(try await store.claim(StoreFolder.claim("a")) == .refused(unknown: 2))
    #expect(try await store.claim(StoreFolder.claim("a", mostUnknown: 0)) == .refused(unknown: 2))
    // Whoever says so may have it made as often as it takes.
    #expect(try await store.granted(StoreFolder.claim("a", mostUnknown: nil)).abandoned == 0)
  }

  @Test("A call that cost nothing may be made again and again")
  func free() async throws {
    let store = try folder.open()
    for _ in 0..<5 {
      let token = try await store.granted(StoreFolder.claim("a")).token
      try await store.settle(token, key: "a", .refused)
    }
    #expect(try await store.granted(StoreFolder.claim("a", mostUnknown: 0)).abandoned == 0)
  }

  @Test("A call whose process is gone is found, counted once and made again")
  func abandoned() async throws {
    var first = try Mortal(folder)
    let second = try folder.open()
    _ = try await first.store?.granted(StoreFolder.claim("a"))
    #expect(try await second.claim(StoreFolder.claim("a")) == .taken)
    try await first.die()
    let (token, abandoned) = try await second.granted(StoreFolder.claim("a"))
    #expect(abandoned == 1)
    #expect(try folder.text("SELECT state FROM call WHERE id = 1") == "unknown")
    try await second.settle(token, key: "a", .refused)
    #expect(try await second.granted(StoreFolder.claim("a")).abandoned == 0)
  }

  @Test("A user who does not want doubtful calls repeated is asked before one is")
  func strict() async throws {
    var first = try Mortal(folder)
    _ = try await first.store?.granted(StoreFolder.claim("a", mostUnknown: 0))
    try await first.die()
    let second = try folder.open()
    #expect(try await second.claim(StoreFolder.claim("a", mostUnknown: 0)) == .refused(unknown: 1))
  }

  @Test("What is settled late changes nothing but the answers")
  func fenced() async throws {
    let (slow, quick) = (try folder.open(), try folder.open())
    let late = try await slow.granted(StoreFolder.claim("a")).token
    // As if its process had been taken for dead.
    try folder.change("UPDATE call SET state = 'unknown' WHERE id = \(late)")
    let token = try await quick.granted(StoreFolder.claim("a")).token
    #expect(token > late)
    try await slow.settle(late, key: "a", .refused)
    #expect(try folder.text("SELECT state FROM call WHERE id = \(late)") == "unknown")
    #expect(try folder.text("SELECT state FROM call WHERE id = \(token)") == "calling")
    #expect(try await slow.claim(StoreFolder.claim("a")) == .taken)
    try await slow.settle(late, key: "a", .answered(Recognition(text: "late")))
    #expect(
      try await quick.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "late")))
    #expect(try folder.text("SELECT state FROM call WHERE id = \(late)") == "unknown")
  }

  @Test("A call that is over, and of which that could not be written, is not waited for")
  func unsettled() async throws {
    // The same lecture in another folder waited for it without an end.
    let store = try folder.open()
    let token = try await store.granted(StoreFolder.claim("a")).token
    #expect(try await store.claim(StoreFolder.claim("a")) == .taken)
    try folder.change("ALTER TABLE answer RENAME TO gone")
    await #expect(throws: JournalError.self) {
      try await store.settle(token, key: "a", .answered(Recognition(text: "words")))
    }
    try folder.change("ALTER TABLE gone RENAME TO answer")
    #expect(try await store.granted(StoreFolder.claim("a")).abandoned == 1)
  }

  @Test("Whoever starts over finds only what was answered since")
  func fresh() async throws {
    let before = try folder.open()
    try await before.answer("a", "old")
    for _ in 0..<2 {
      let token = try await before.granted(StoreFolder.claim("b")).token
      try await before.settle(token, key: "b", .unknown)
    }
    let store = try folder.open()
    let now = try await store.lastCall()
    let fresh = StoreFolder.claim("a", freshSince: now)
    #expect(try await store.claim(StoreFolder.claim("b")) == .refused(unknown: 2))
    #expect(try await store.granted(StoreFolder.claim("b", freshSince: now)).abandoned == 0)
    let token = try await store.granted(fresh).token
    // Until then others have the old one.
    #expect(
      try await before.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "old")))
    try await store.settle(token, key: "a", .answered(Recognition(text: "new")))
    #expect(try await store.claim(fresh) == .answered(Recognition(text: "new")))
    #expect(
      try await before.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "new")))
  }

  @Test("Of many who want the same chunk at the same time one makes the call")
  func crowd() async throws {
    let stores = try (0..<4).map { _ in try folder.open() }
    let granted = try await withThrowingTaskGroup(of: Int.self) { group in
      for store in stores {
        group.addTask {
          var granted = 0
          for number in 0..<50 {
            if case .granted = try await store.claim(StoreFolder.claim("\(number)")) {
              granted += 1
            }
          }
          return granted
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(granted == 50)
  }
}
