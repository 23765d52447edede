import Foundation
import TestSupport
import Testing

/// Pages that `longscribe report` makes, in a browser.
@Suite(.needsChromium, .serialized, .timeLimit(.minutes(5)))
struct ReportPageTests {
  /// Chunks, seams, gaps and all else that a page shows, over the lecture among the fixtures.
  private static let eventful = """
    {"task":"transcribe","language":"en","duration":202.868,"text":"","segments":[
      {"id":0,"start":1,"end":6,"text":"The tide comes in.","chunk":0},
      {"id":1,"start":7,"end":12,"text":"Then the tide goes out again.","chunk":0},
      {"id":2,"start":61,"end":66,"text":"Éclairs 潮汐每天两次。","chunk":1,"estimated":true},
      {"id":3,"start":120,"end":126,"text":"<img src=x onerror=\\"document.title='broken'\\"> </script> & more","chunk":2},
      {"id":4,"start":127,"end":131,"text":"divided","chunk":2},
      {"id":5,"start":131,"end":135,"text":"phrase","chunk":2}],
     "words":[{"word":"The","start":1,"end":2},{"word":"tide","start":2,"end":3}],
     "longscribe":{"provider":"glm","model":"glm-asr","calls":4,"billed_seconds":210,"warnings":["<b>look</b> here"],
      "envelope":{"per_second":1,"levels":"\(Data((0..<203).map { UInt8(90 + $0 * 37 % 80) }).base64EncodedString())"},
      "chunks":[
       {"index":0,"start":0,"end":61,"owned_start":0,"owned_end":60,"seam":null},
       {"index":1,"start":59,"end":101,"owned_start":60,"owned_end":100,"seam":"pause"},
       {"index":2,"start":98,"end":202.868,"owned_start":100,"owned_end":202.868,"seam":"forced"}],
      "repairs":[],"seams":[
       {"chunk":1,"position":60,"kind":"pause","method":"pause","anchors":0,"confidence":0.99},
       {"chunk":2,"position":100,"kind":"forced","method":"unverified","anchors":0,"confidence":0.4}],
      "silence":[],"gaps":[{"start":150,"end":160,"reason":"it broke","code":"server_error"}],
      "uncovered":[{"start":80,"end":90,"reason":"no_text","asked_again":true,"like_speech":true}],
      "dropped":[{"start":95,"end":97,"text":"Thank you.","chunk":1,"reason":"known_invention"}]}}
    """

  /// Makes a page and opens it.
  private static func visit(
    _ json: String, arguments: [String] = [], fragment: String = "", _ steps: [Browser.Step]
  ) async throws -> Browser.Visit {
    let folder = try TemporaryFolder()
    try json.write(toFile: folder.file("talk.json"), atomically: false, encoding: .utf8)
    let page = folder.file("talk.html")
    let made = try await Programs.run(
      Programs.longscribe, ["report", folder.file("talk.json"), "-o", page] + arguments)
    guard made.status == 0 else { throw Trouble(description: made.errors) }
    let visit = try await Browser.visit(page, fragment: fragment, steps)
    // Nothing but the page itself and its recording, whatever is in it.
    let own = ["file://", "data:", "blob:"]
    #expect(visit.requests.allSatisfy { request in own.contains { request.hasPrefix($0) } })
    return visit
  }

  private static let rows = "document.querySelectorAll('.row').length"
  private static let hits =
    "[...document.querySelectorAll('.row.hit')].map((r) => r.dataset.segment).join()"
  private static let count = "document.getElementById('count').textContent"
  private static let current = "document.querySelector('.row.now')?.dataset.segment ?? ''"

  @Test
  func `everything is there, and nothing complains`() async throws {
    let visit = try await Self.visit(
      Self.eventful,
      [
        .size(1400, 900, dark: false), .load, .eval(Self.rows),
        .eval("document.querySelectorAll('.seam').length"),
        .eval(
          "['gap', 'uncovered', 'dropped'].map((k) => document.querySelectorAll('.finding.' + k).length).join()"
        ),
        .eval("document.getElementById('facts').textContent"),
        .eval("document.querySelector('.warnings li').textContent"),
        .eval("document.querySelectorAll('.point').length"),
        .eval("document.querySelector('[data-segment=\"3\"] p').textContent"),
        .eval("document.title + document.querySelectorAll('img').length"),
        .eval("document.getElementById('wave').height > 100"),
        .eval("document.documentElement.scrollWidth <= window.innerWidth"),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values[0] == 6)
    #expect(visit.values[1] == 2)
    #expect(visit.values[2] == "1,1,1")
    #expect(
      visit.values[3]
        == "3 min 23 senglm glm-asr4 calls3 min 30 s billed2 wordstimes estimated1 warning")
    #expect(visit.values[4] == "<b>look</b> here")
    // The gap, the stretch without text, the phrase that was left out, and the seam that nothing proves.
    #expect(visit.values[5] == 4)
    #expect(
      visit.values[6]
        == "<img src=x onerror=\"document.title='broken'\"> </script> & more")
    #expect(visit.values[7] == "talk0")
    #expect(visit.values[8] == true)
    #expect(visit.values[9] == true)
  }

  @Test
  func `the address leads to a place and a search`() async throws {
    let visit = try await Self.visit(
      Self.eventful, fragment: "t=62.5&q=TIDE",
      [
        .load, .eval(Self.hits), .eval(Self.count), .eval(Self.current),
        .eval("document.getElementById('clock').textContent"),
        .eval("document.getElementById('query').value"),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values == ["0,1", "1 of 2", "2", "1:02", "TIDE"])
  }

  @Test
  func `search goes from match to match by keys, without accents, across segments and in Chinese`()
    async throws
  {
    let visit = try await Self.visit(
      Self.eventful,
      [
        .load, .key("/"), .type("tide"), .key("Enter"), .eval(Self.count), .eval(Self.hits),
        .key("Enter"), .eval(Self.count), .key("Escape"), .eval(Self.count), .eval(Self.hits),
        .key("/"), .type("eclairs 潮汐"), .key("Enter"), .eval(Self.hits), .key("Escape"),
        .key("/"), .type("divided phrase"), .key("Enter"), .eval(Self.hits),
        .eval("[...CSS.highlights.get('found-now')].map(String).join('|')"), .key("Escape"),
        .key("/"), .type("nowhere"), .key("Enter"), .eval(Self.count),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(
      visit.values == [
        "1 of 2", "0,1", "2 of 2", "", "", "2", "4,5", "divided|phrase", "not found",
      ])
  }

  @Test(arguments: [true, false])
  func `a click on a segment plays the recording from there`(_ isEmbedded: Bool) async throws {
    let visit = try await Self.visit(
      Self.eventful,
      arguments: ["--audio", Programs.fixture("lecture.m4a")]
        + (isEmbedded ? ["--embed-audio"] : []),
      [
        .size(1000, 800, dark: false), .load,
        .wait("document.getElementById('sound').readyState >= 1"),
        .eval("Math.round(document.getElementById('sound').duration)"),
        .click("[data-segment=\"2\"] .time"),
        .wait(
          "(() => { const s = document.getElementById('sound'); return !s.paused && s.currentTime > 61.2; })()"
        ),
        .eval("document.getElementById('sound').currentTime"), .eval(Self.current),
        // Its event comes later than that it is paused.
        .wait("document.getElementById('play').getAttribute('aria-label') === 'Pause'"),
        .key(" "), .wait("document.getElementById('sound').paused"),
        .wait("document.getElementById('play').getAttribute('aria-label') === 'Play'"),
        // On the timeline a click only goes there.
        .click("#picture"), .wait("document.getElementById('sound').currentTime > 100"),
        .eval("document.getElementById('sound').paused"),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values[0] == 203)
    let time = try #require(visit.values[1].number)
    #expect(time > 61 && time < 75)
    #expect(visit.values[2] == "2")
    #expect(visit.values[3] == true)
    // Chromium tells of a recording in the page itself only sometimes, and may ask for a file in several parts.
    #expect(Set(visit.requests.filter { $0.hasPrefix("file://") }).count == (isEmbedded ? 1 : 2))
  }

  @Test
  func `a recording that is gone or no recording is told`() async throws {
    let folder = try TemporaryFolder()
    try "no sound".write(toFile: folder.file("talk.mp3"), atomically: false, encoding: .utf8)
    let visit = try await Self.visit(
      Self.eventful, arguments: ["--audio", folder.file("talk.mp3")],
      [
        .load, .wait("!document.getElementById('notice').hidden"),
        .eval("document.getElementById('notice').textContent.includes('cannot be played')"),
        .eval("document.getElementById('pick').hidden"),
      ])
    #expect(visit.values == [true, false])
  }

  @Test
  func `places to look at are gone through by key`() async throws {
    let place = "document.getElementById('clock').textContent"
    let visit = try await Self.visit(
      Self.eventful,
      [
        .load, .key("p"), .eval(place), .key("p"), .eval(place), .key("p"), .eval(place),
        .key("p"), .eval(place), .key("p"), .eval(place), .key("j"), .eval(Self.current),
        .key("k"), .eval(Self.current),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values == ["1:20", "1:35", "1:40", "2:30", "1:20", "3", "2"])
  }

  @Test
  func `other programs' transcripts have a page too`() async throws {
    for json in [
      "{\"text\":\"Only a text.\"}",
      "{\"duration\":\"9.5\",\"segments\":[{\"start\":0,\"end\":2,\"text\":\" One.\"}]}",
      "{\"words\":[{\"word\":\"one\",\"start\":0,\"end\":1}]}",
    ] {
      let visit = try await Self.visit(json, [.load, .eval(Self.rows)])
      #expect(visit.console.isEmpty, "\(visit.console)")
      #expect(visit.values == [1])
    }
    let empty = try await Self.visit("{\"text\":\"\"}", [.load, .eval(Self.rows)])
    #expect(empty.console.isEmpty && empty.values == [0])
  }

  @Test
  func `ten hours are usable`() async throws {
    let segments = (0..<10_000).map { index in
      [
        "start": Double(index) * 3.6, "end": Double(index) * 3.6 + 3.3,
        "text": "Sentence \(index) of many.",
      ]
        as [String: Any]
    }
    let json = try JSONSerialization.data(
      withJSONObject: ["duration": 36_000, "segments": segments])
    let visit = try await Self.visit(
      String(decoding: json, as: UTF8.self), fragment: "q=sentence%209876",
      [
        .size(1400, 900, dark: true), .load, .eval(Self.rows), .eval(Self.hits),
        // The row that was found is in the window.
        .eval(
          "(() => { const b = document.querySelector('.row.at').getBoundingClientRect(); return b.top > 0 && b.bottom < window.innerHeight; })()"
        ),
        .key("Escape"), .key("/"), .type("sentence"), .key("Enter"), .eval(Self.count),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values == [10_000, "9876", true, "1 of 10,000"])
  }

  @Test(arguments: [(400, false), (400, true), (1400, false), (1400, true)])
  func `nothing sticks out, narrow or wide`(_ width: Int, _ isDark: Bool) async throws {
    let folder = try TemporaryFolder()
    let visit = try await Self.visit(
      Self.eventful,
      [
        .size(width, 800, dark: isDark), .load,
        .eval("document.documentElement.scrollWidth"), .screenshot(folder.file("page.png")),
      ])
    #expect(visit.console.isEmpty, "\(visit.console)")
    #expect(visit.values[0].number ?? 9999 <= Double(width))
    let picture = try Data(contentsOf: URL(filePath: folder.file("page.png")))
    #expect(picture.count > 10_000)
  }
}
