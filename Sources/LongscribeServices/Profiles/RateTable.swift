public import LongscribeCore

/// What the services publish about their prices: a row for each of a service's models, at the service's own addresses.
///
/// A model that is not here, or an address that is not the service's own (a relay, a server of one's own), has no rate: no number is better than
/// a wrong one. SiliconFlow and Coze publish no price of theirs that could be found. The page of `glm-asr-2512` names none either, and z.ai's accounts are
/// others than those of bigmodel.cn.
package enum RateTable {
  /// A price, and for what it holds.
  package struct Row: Sendable {
    /// The base addresses.
    package let baseURLs: [String]
    /// The model's name.
    package let model: String
    /// The price, as it is published.
    let price: CallRate.Price
    /// The page.
    let source: String
    /// When the page said so.
    let date: String
    /// Why costs may come out a little different.
    var caveat: String?
  }

  /// All of them.
  package static let rows = openAI + chatAnywhere + glm

  /// The rate of a model at an address; `nil` where none is known.
  ///
  /// - Parameters:
  ///   - model: The name that calls give.
  ///   - baseURL: Where calls go.
  ///   - metering: How the model's audio is counted.
  package static func rate(model: String, at baseURL: BaseURL, metering: Metering) -> CallRate? {
    let row = rows.first { row in
      row.model == model && row.baseURLs.contains(baseURL.text.lowercased())
    }
    return row.map {
      CallRate(
        price: $0.price, metering: metering, source: $0.source, date: $0.date, caveat: $0.caveat)
    }
  }

  /// Whisper and gpt-transcribe have a price a minute. The others are charged by tokens of audio and text, and their price a minute is OpenAI's own
  /// estimate.
  private static let openAI: [Row] = {
    let estimate = "charged by tokens; the price a minute is OpenAI's estimate"
    let rows: [(model: String, millionths: Int64, caveat: String?)] = [
      ("whisper-1", 6000, nil),
      ("gpt-transcribe", 4500, rounding),
      ("gpt-4o-transcribe", 6000, estimate),
      ("gpt-4o-transcribe-diarize", 6000, estimate),
      ("gpt-4o-mini-transcribe", 3000, estimate),
      ("gpt-4o-mini-transcribe-2025-12-15", 3000, estimate),
    ]
    return rows.map { row in
      Row(
        baseURLs: ["https://api.openai.com/v1"], model: row.model,
        price: CallRate.Price(millionths: row.millionths, currency: "USD", per: .minute),
        source: "developers.openai.com/api/docs/pricing", date: "2026-11-21", caveat: row.caveat)
    }
  }()

  /// In the relay's own unit, which it sells.
  private static let chatAnywhere: [Row] = {
    let rows: [(model: String, millionths: Int64)] = [
      ("whisper-1", 42_000), ("gpt-4o-transcribe", 48_000), ("gpt-4o-mini-transcribe", 24_000),
    ]
    return rows.map { row in
      Row(
        baseURLs: ["https://api.chatanywhere.tech/v1", "https://api.chatanywhere.org/v1"],
        model: row.model,
        price: CallRate.Price(millionths: row.millionths, currency: "CA", per: .minute),
        source: "github.com/chatanywhere/GPT_API_free", date: "2026-06", caveat: rounding)
    }
  }()

  private static let glm = [
    Row(
      baseURLs: ["https://open.bigmodel.cn/api/paas/v4"], model: "glm-asr",
      price: CallRate.Price(millionths: 60_000, currency: "CNY", per: .minute),
      source: "docs.bigmodel.cn/cn/guide/models/sound-and-video/glm-asr", date: "2026-11-21",
      caveat: rounding)
  ]

  private static let rounding = "how the service rounds a call is not published"
}

extension ServiceModel {
  /// Where the price of a model's calls comes from.
  public enum RateSource: Sendable, Hashable {
    /// The service's published price, where it is known for the address.
    case published
    /// The user's own price, whatever the address, and where it was given.
    case own(CallRate.Price, from: String)
    /// Nobody knows.
    case unknown
  }

  /// What calls cost; `nil` if no rate is known.
  ///
  /// - Parameter baseURL: Where calls go; `nil` if that is not known either.
  public func callRate(at baseURL: BaseURL?) -> CallRate? {
    switch rate {
    case .published:
      baseURL.flatMap { RateTable.rate(model: name, at: $0, metering: metering) }
    case .own(let price, from: let source):
      CallRate(price: price, metering: metering, source: source)
    case .unknown: nil
    }
  }
}
