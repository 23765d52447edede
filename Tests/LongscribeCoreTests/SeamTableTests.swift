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
    arguments: SeamTable.rows, SeamFixture.Form.allCases)
  func rows(row: SeamRow, form: SeamFixture.Form) {
    let fixture = SeamFixture(row)
    let transcript = fixture.transcript(form)
    let text = transcript.text
    let seam = transcript.seams.first.map { "\($0.method) \($0.anchors)" } ?? "no seam"
    let mayDouble = form == .text && !row.isDecidableFromText
    let isRight = mayDouble ? fixture.losesNothing(text) : fixture.isRight(text)
    #expect(isRight, "\(seam): \(text), said: \(fixture.said)")
  }
}
