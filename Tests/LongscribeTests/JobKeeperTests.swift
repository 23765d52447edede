import Longscribe
import LongscribeJournal
import TestSupport
import Testing

struct JobKeeperTests {
  private static let key = JobKey(
    identity: "file", options: "options", path: "/recordings/talk.wav",
    recognizer: RecognizerIdentity(provider: "test"))

  /// A record of so many chunks of a second each.
  private static func record(chunks: Int) -> JobRecord {
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    var record = JobRecord(
      source: .init(name: "talk.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: key.recognizer, rules: rules, format: .wav)
    for index in 0..<chunks {
      let range = TimelineRange(Int64(index) * 16_000, Int64(index + 1) * 16_000)
      _ = record.append(Chunk(index: index, audio: range, owned: range, seam: nil))
    }
    return record
  }

  @Test(
    "Once planning is kept no further, answers are kept, and nothing that later planning decided")
  func frozen() async throws {
    // Chunks that stood in for a refused one were not kept, but that they did was: the next run had a hole and told of none.
    let folder = try TemporaryFolder()
    let store = try SQLiteJobStore(folder: folder.file("state"))
    let number = try #require(try await store.open(Self.key, isFresh: false).number)
    var keeper = JobKeeper(store: store, job: number, record: nil, answerKeys: [:])
    var record = Self.record(chunks: 4)
    record.outcomes[3] = .silent
    keeper.settle(3)
    keeper.keep(record, isFinished: false, isLast: true)
    guard
      case .granted(let token, _) = try await store.claim(
        Claim(key: "a", job: number, chunk: 2, samples: 16_000, mostUnknown: nil))
    else { throw CancellationError() }
    let answer = Recognition(text: "words")
    try await store.settle(token, key: "a", .answered(answer))
    record.outcomes = [0: .replanned, 1: .silent, 2: .answered(answer), 3: .silent]
    for index in [0, 1] { keeper.settle(index) }
    keeper.settle(2, key: "a")
    _ = record.append(record.chunks[0])
    keeper.keep(record, isFinished: false, isLast: false)
    #expect(await keeper.close() == nil)
    let kept = try #require(try await store.open(Self.key, isFresh: false).record)
    #expect(kept.chunks.count == 4)
    #expect(kept.outcomes == [2: .answered(answer), 3: .silent])
  }
}
