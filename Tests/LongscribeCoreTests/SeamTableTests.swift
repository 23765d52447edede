import LongscribeCore
import Testing

@Suite("Seams that are easy to get wrong")
struct SeamTableTests {
  @Test("There are 28 of them, each with a name of its own")
  func table() {
    #expect(SeamTable.rows.count == 28)
    #expect(Set(SeamTable.rows.map(\.name)).count == 28)
  }

  @Test(
    "Two chunks give what was said, with times for words, for segments or for nothing",
    arguments: SeamTable.rows + SeamTable.scripts, SeamFixture.Form.allCases)
  func rows(row: SeamRow, form: SeamFixture.Form) {
    Self.check(SeamFixture(row), row, form)
  }

  @Test(
    "They do so when twenty seconds are said before and after",
    arguments: SeamTable.rows + SeamTable.scripts, SeamFixture.Form.allCases)
  func longChunks(row: SeamRow, form: SeamFixture.Form) {
    Self.check(SeamFixture(row, context: row.isDense ? 80 : 55), row, form)
  }

  private static func check(_ fixture: SeamFixture, _ row: SeamRow, _ form: SeamFixture.Form) {
    let transcript = fixture.transcript(form)
    let text = transcript.text
    let seam = transcript.seams.first.map { "\($0.method) \($0.anchors)" } ?? "no seam"
    let mayDouble = form == .text && !row.isDecidableFromText
    let isRight = mayDouble ? fixture.losesNothing(text) : fixture.isRight(text)
    #expect(isRight, "\(seam): \(text), said: \(fixture.said)")
  }
}
