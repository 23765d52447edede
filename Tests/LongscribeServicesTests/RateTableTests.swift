import LongscribeCore
import LongscribeServices
import Testing

/// Prices that the services publish: told where they hold, and nowhere else.
struct RateTableTests {
  private static func rate(
    _ profile: ServiceProfile, _ model: String?, at address: String? = nil
  ) throws -> CallRate? {
    let address = try #require(address ?? profile.baseURL)
    return profile.model(model).callRate(at: try BaseURL(address))
  }

  @Test(
    arguments: [
      (.openAI, "whisper-1", nil, "0.006 USD/min", 1, false),
      (.openAI, nil, "https://api.openai.com/v1/", "0.006 USD/min", 1, false),
      (.openAI, "gpt-transcribe", nil, "0.0045 USD/min", 1, true),
      (.openAI, "gpt-4o-transcribe", "https://API.openai.com/v1", "0.006 USD/min", 1, true),
      (.openAI, "gpt-4o-mini-transcribe", nil, "0.003 USD/min", 1, true),
      (.openAI, "gpt-4o-mini-transcribe-2025-12-15", nil, "0.003 USD/min", 1, true),
      (.openAI, "gpt-4o-transcribe-diarize", nil, "0.006 USD/min", 1, true),
      (.glm, "glm-asr", nil, "0.06 CNY/min", nil, true),
      (.chatAnywhere, nil, nil, "0.042 CA/min", 1, true),
      (
        .chatAnywhere, "gpt-4o-transcribe", "https://api.chatanywhere.org/v1", "0.048 CA/min", 1,
        true
      ),
      (.chatAnywhere, "gpt-4o-mini-transcribe", nil, "0.024 CA/min", 1, true),
      // The address decides who charges, whatever the profile is called.
      (.openAI, "whisper-1", "https://api.chatanywhere.tech/v1", "0.042 CA/min", 1, true),
    ] as [(ServiceProfile, String?, String?, String, Int64?, Bool)])
  func `a published price is told with its page and its day`(
    _ profile: ServiceProfile, _ model: String?, _ address: String?, _ price: String,
    _ seconds: Int64?, _ hasCaveat: Bool
  ) throws {
    let rate = try #require(try Self.rate(profile, model, at: address))
    #expect(rate.price.description == price)
    #expect(rate.metering == Metering(unit: seconds.map { $0 * Timeline.sampleRate } ?? 1))
    #expect(rate.source.contains("."))
    #expect(rate.date?.wholeMatch(of: /20\d\d-\d\d(-\d\d)?/) != nil)
    #expect((rate.caveat != nil) == hasCaveat)
  }

  @Test(
    arguments: [
      // Published nowhere.
      (.siliconFlow, nil, nil), (.siliconFlow, "TeleAI/TeleSpeechASR", nil), (.coze, nil, nil),
      (.glm, "glm-asr-2512", nil),
      // Accounts of another site.
      (.glm, "glm-asr", "https://api.z.ai/api/paas/v4"),
      // Servers that only speak the protocol.
      (.openAI, "whisper-1", "http://127.0.0.1:8080/v1"),
      (.openAI, "whisper-1", "https://api.groq.com/openai/v1"),
      (.openAI, "whisper-1", "https://api.openai.com:8443/v1"),
      (.openAI, "whisper-1", "https://api.openai.com/v2"),
      (.openAI, "whisper-1", "https://api.openai.com.example.org/v1"),
      // Models that resemble one of the table take its limits, and not its price.
      (.openAI, "whisper-large-v3", nil), (.openAI, "gpt-4o-transcribe-2027-01-01", nil),
      (.openAI, "openai/whisper-1", nil), (.openAI, "something-else", nil),
      (.chatAnywhere, "gpt-transcribe", nil), (.glm, "glm-asr-9999", nil),
    ] as [(ServiceProfile, String?, String?)])
  func `where no price is published for a model at an address, none is told`(
    _ profile: ServiceProfile, _ model: String?, _ address: String?
  ) throws {
    #expect(try Self.rate(profile, model, at: address) == nil)
    #expect(profile.model(model).callRate(at: nil) == nil)
  }

  @Test
  func `the user's own price comes before the table, and holds everywhere`() throws {
    let price = try #require(CallRate.Price("0.001EUR/call"))
    var model = ServiceProfile.openAI.model("whisper-1")
    model.rate = .own(price, from: "a test")
    model.minimumBilledSeconds = 10
    for address in ["https://api.openai.com/v1", "http://127.0.0.1:8080/v1"] {
      let rate = try #require(model.callRate(at: try BaseURL(address)))
      #expect(rate.price == price)
      #expect(rate.source == "a test" && rate.date == nil && rate.caveat == nil)
      #expect(rate.metering == Metering(unit: 16_000, minimum: 160_000))
    }
    model.rate = .unknown
    #expect(model.callRate(at: try BaseURL("https://api.openai.com/v1")) == nil)
  }

  @Test
  func `each row is for a model that its service's profile has, and is there once`() throws {
    var seen: Set<String> = []
    for row in RateTable.rows {
      for address in row.baseURLs {
        #expect(try BaseURL(address).text == address)
        #expect(seen.insert("\(row.model) \(address)").inserted)
        let profile = try #require(
          ServiceProfile.all.first { profile in
            profile.baseURL == address
              || address == "https://api.chatanywhere.org/v1"
                && profile.name == "chatanywhere"
          })
        #expect(profile.knows(row.model))
      }
    }
    #expect(!seen.isEmpty)
  }
}
