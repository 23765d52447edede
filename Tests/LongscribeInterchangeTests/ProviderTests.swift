import Longscribe
import LongscribeInterchange
import Testing

/// Providers by name, as all front ends choose them.
struct ProviderTests {
  private static func error(
    _ name: String, model: String? = nil, address: String? = nil,
    _ options: ServiceOptions = .init()
  ) -> ProviderError? {
    do throws(ProviderError) {
      let provider = try Provider(
        name, among: ServiceProfile.all, model: model, address: address, options: options)
      _ = try provider.recognizer(key: nil, network: NetworkOptions())
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("gml", nil, nil, "Unknown provider 'gml'; there are offline, glm, ", ExitCode.usage),
    ("coze", "m", nil, "coze has no models; leave 'model' out", .usage),
    ("offline", "m", nil, "The offline recogniser has no 'model'; choose a service", .usage),
    ("offline", nil, "http://127.0.0.1", "The offline recogniser has no 'base_url'", .usage),
    ("glm", nil, nil, "no key for glm: give one as 'key'", .configuration),
    ("glm", nil, "ftp://host", "the base URL ftp://host cannot be used", .configuration),
  ])
  func `what is wrong is said, with its status`(
    _ name: String, _ model: String?, _ address: String?, _ message: String, _ code: ExitCode
  ) throws {
    let error = try #require(Self.error(name, model: model, address: address))
    #expect(error.description.hasPrefix(message))
    #expect(error.exitCode == code)
  }

  @Test
  func `the offline recogniser speaks English only`() throws {
    var options = ServiceOptions()
    options.language = "zh"
    #expect(try #require(Self.error("offline", options)).exitCode == .usage)
    options.language = "en-US"
    #expect(Self.error("offline", options) == nil)
  }

  @Test
  func `a server on this machine needs no key, and limits of one's own hold`() throws {
    let provider = try Provider(
      "openai", among: ServiceProfile.all, model: "whisper-1", address: "http://127.0.0.1:9/v1",
      limits: Provider.OwnLimits(seconds: 20, bytes: 2_000_000))
    let recognizer = try provider.recognizer(key: nil, network: NetworkOptions())
    #expect(recognizer.identity.host == "127.0.0.1")
    #expect(recognizer.limits.maximumSamples == 20 * Timeline.sampleRate)
    #expect(recognizer.limits.maximumBytes == 2_000_000)
    let facts = try provider.facts
    #expect(facts.limits == recognizer.limits)
    #expect(facts.identity == recognizer.identity)
    #expect(throws: ProviderError.self) {
      try provider.check(Transcriber.Options(chunkLength: 600 * Timeline.sampleRate))
    }
  }

  @Test
  func `a rate of one's own takes the place of the table's`() throws {
    let price = try #require(CallRate.Price("0.5EUR/hour"))
    let own = try Provider(
      "openai", among: ServiceProfile.all, model: "whisper-1", rate: .own(price, from: "a test"))
    let published = try Provider("openai", among: ServiceProfile.all, model: "whisper-1")
    #expect(own.rate.known?.price == price)
    #expect(own.rate.known?.source == "a test")
    #expect(published.rate.known?.price != price)
    #expect(try Provider("offline", among: ServiceProfile.all).rate.known?.isFree == true)
  }

  @Test
  func `options that a model does not have are told`() throws {
    var options = ServiceOptions()
    options.prompt = "hello"
    let provider = try Provider("coze", among: ServiceProfile.all, options: options)
    #expect(provider.ignoredOptions.count == 1)
    #expect(provider.unknownModel == nil)
    let other = try Provider("openai", among: ServiceProfile.all, model: "new-model")
    #expect(other.unknownModel?.hasPrefix("the model new-model is not known; ") == true)
  }
}
