import Foundation
import LongscribeCore
import LongscribeServices
import Testing

@Suite("Profiles, options and forms")
struct ServiceProfileTests {
  struct NoBytes: AudioBytes {
    var byteCount: Int64 { 0 }
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
  }

  /// The text fields of a form, in order, and the file's part.
  static func form(
    _ profile: ServiceProfile, model: String? = nil, _ options: ServiceOptions = ServiceOptions(),
    refused: Set<ServiceModel.Field> = []
  ) -> (fields: [String], file: String) {
    var plan = RequestPlan(profile: profile, model: profile.model(model), options: options)
    plan.refused = refused
    let parts = plan.parts(
      fileName: "chunk-0003.mp3", format: .mp3, bytes: NoBytes(), uniqueID: "unique")
    var fields: [String] = []
    var file = ""
    for (place, part) in parts.enumerated() {
      switch part {
      case .field(let name, let value): fields.append("\(name)=\(value)")
      case .file(let name, let fileName, let contentType, _):
        #expect(place == parts.count - 1, "the file is last")
        file = "\(name) \(fileName) \(contentType)"
      }
    }
    return (fields, file)
  }

  @Test("The mission's limits: GLM 60 s, 30 s for the newer model, Coze under 30 min and 10 MB")
  func limits() {
    #expect(ServiceProfile.glm.model("glm-asr").limits.maximumSamples == 60 * 16_000)
    #expect(ServiceProfile.glm.model("glm-asr-2512").limits.maximumSamples == 30 * 16_000)
    #expect(ServiceProfile.glm.model("glm-asr-2601").maximumSeconds == 30, "unknown: the narrowest")
    let coze = ServiceProfile.coze.model(nil).limits
    #expect(coze.maximumSamples - coze.marginSamples < 1800 * 16_000)
    #expect(coze.maximumBytes == 10_000_000)
    let siliconFlow = ServiceProfile.siliconFlow.model(nil)
    #expect(siliconFlow.maximumSeconds == 3600 && siliconFlow.maximumBytes == 50_000_000)
    for profile in [ServiceProfile.openAI, .chatAnywhere] {
      #expect(profile.models.allSatisfy { $0.maximumBytes <= 26_214_400 })
    }
    let openAI = ServiceProfile.openAI
    #expect(openAI.model("gpt-4o-mini-transcribe-2025-12-15").maximumSeconds == 1400)
    #expect(
      openAI.model("gpt-4o-transcribe-diarize-2026-01-01").fixedFields["chunking_strategy"]
        == "auto")
    #expect(openAI.model("openai/gpt-4o-transcribe").maximumOutputTokens == 2000)
    #expect(openAI.model("Systran/faster-whisper-small").responseFormats.first == .verboseJSON)
  }

  @Test("Every chunk that is planned fits a request, in every format that a service takes")
  func bytesFit() {
    for profile in ServiceProfile.all {
      for model in profile.models + [profile.otherModel] {
        let limits = model.limits
        for format in limits.formats {
          let longest = limits.longestChunk(in: format)
          #expect(format.maximumBytes(samples: longest) <= limits.maximumFileBytes)
        }
        #expect(limits.uploadFormat != nil)
      }
    }
    #expect(ServiceProfile.glm.model(nil).limits.uploadFormat == .wav)
    #expect(ServiceProfile.coze.model(nil).limits.uploadFormat == .ogg, "20 minutes in 10 MB")
  }

  @Test("Forms have the fields of each service's document, text first, file last")
  func forms() {
    var options = ServiceOptions()
    options.language = "zh-CN"
    options.prompt = "words"
    options.temperature = 0.2
    options.userID = "user-1"
    options.hotwords = ["甲", "乙"]
    let glm = Self.form(.glm, options)
    #expect(
      glm.fields == [
        "model=glm-asr", "temperature=0.2", "stream=false", "request_id=longscribe-unique",
        "user_id=user-1",
      ])
    #expect(glm.file == "file chunk-0003.mp3 audio/mpeg")
    #expect(
      Self.form(.glm, model: "glm-asr-2512", options).fields == [
        "model=glm-asr-2512", "prompt=words", "stream=false", "request_id=longscribe-unique",
        "user_id=user-1", #"hotwords=["甲","乙"]"#,
      ])
    #expect(Self.form(.coze, options).fields == [])
    #expect(Self.form(.siliconFlow, options).fields == ["model=FunAudioLLM/SenseVoiceSmall"])
    #expect(
      Self.form(.openAI, options).fields == [
        "model=whisper-1", "language=zh", "prompt=words", "response_format=verbose_json",
        "timestamp_granularities[]=segment", "timestamp_granularities[]=word", "temperature=0.2",
      ])
    #expect(
      Self.form(.chatAnywhere, options).fields == [
        "model=whisper-1", "language=zh", "prompt=words", "response_format=verbose_json",
        "temperature=0.2",
      ])
    options = ServiceOptions()
    options.stream = true
    #expect(
      Self.form(.openAI, model: "gpt-4o-transcribe", options).fields == [
        "model=gpt-4o-transcribe", "response_format=json", "stream=true",
      ])
    #expect(
      Self.form(.openAI, model: "gpt-4o-transcribe-diarize").fields == [
        "model=gpt-4o-transcribe-diarize", "response_format=diarized_json",
        "chunking_strategy=auto",
      ])
  }

  @Test(
    "Fields that a server has refused are left out, and the times promised are those that are left")
  func refusedFields() {
    func quality(_ refused: Set<ServiceModel.Field>) -> TimeQuality {
      var plan = RequestPlan(
        profile: .openAI, model: ServiceProfile.openAI.model(nil), options: ServiceOptions())
      plan.refused = refused
      return plan.timeQuality
    }
    #expect(quality([]) == .words)
    #expect(quality([.timestampGranularities]) == .segments)
    #expect(quality([.responseFormat, .timestampGranularities]) == .estimated)
    #expect(
      Self.form(.openAI, refused: [.timestampGranularities]).fields == [
        "model=whisper-1", "response_format=verbose_json",
      ])
    #expect(Self.form(.openAI, refused: [.responseFormat]).fields == ["model=whisper-1"])
  }

  @Test("Granularities of times are those that are asked for, and the times promised follow")
  func granularities() {
    var options = ServiceOptions()
    let cases: [(Set<ServiceModel.Granularity>, TimeQuality)] = [
      ([.word], .words), ([.segment], .segments), ([.segment, .word], .words),
    ]
    for (asked, quality) in cases {
      options.timestampGranularities = asked
      let sent = Self.form(.openAI, options).fields.filter { $0.hasPrefix("timestamp") }
      #expect(Set(sent) == Set(asked.map { "timestamp_granularities[]=\($0.rawValue)" }))
      let model = ServiceProfile.openAI.model(nil)
      #expect(
        ServiceRecognizer.timeQuality(profile: .openAI, model: model, options: options) == quality)
    }
    #expect(options.ignored(by: ServiceProfile.glm.model(nil), of: .glm).count == 1)
  }

  @Test(
    "Hotwords are written in the form that is chosen",
    arguments: [
      (.json, [#"hotwords=["a","b"]"#]), (.repeated, ["hotwords=a", "hotwords=b"]),
      (.brackets, ["hotwords[]=a", "hotwords[]=b"]),
    ] as [(ServiceProfile.HotwordsForm, [String])])
  func hotwords(form: ServiceProfile.HotwordsForm, expected: [String]) {
    var profile = ServiceProfile.glm
    profile.hotwordsForm = form
    var options = ServiceOptions()
    options.hotwords = ["a", "b"]
    let fields = Self.form(profile, model: "glm-asr-2512", options).fields
    #expect(fields.filter { $0.hasPrefix("hotwords") } == expected)
  }

  @Test("Each option that a model does not have is told, none is dropped in silence")
  func ignored() {
    var options = ServiceOptions()
    options.language = "zh"
    options.prompt = "p"
    options.temperature = 0
    options.responseFormat = .json
    options.stream = true
    options.userID = "user-1"
    options.requestID = "r"
    options.hotwords = ["a"]
    for profile in ServiceProfile.all {
      for model in profile.models {
        let asked: [ServiceModel.Field] = [
          .language, .prompt, .temperature, .responseFormat, .stream, .userID, .requestID,
          .hotwords,
        ]
        let missing = asked.filter { !model.fields.contains($0) }
        #expect(options.ignored(by: model, of: profile).count == missing.count)
        let sent = Self.form(profile, model: model.name.isEmpty ? nil : model.name, options).fields
        for field in missing {
          #expect(!sent.contains { $0.hasPrefix(field.rawValue + "=") && !$0.hasSuffix("=false") })
        }
      }
    }
  }

  @Test("Options outside their ranges are named")
  func problems() {
    func problem(
      _ profile: ServiceProfile = .glm, model: String? = nil, _ set: (inout ServiceOptions) -> Void
    ) -> String? {
      var options = ServiceOptions()
      set(&options)
      return options.problem(for: profile.model(model))
    }
    #expect(problem { $0.temperature = 1.5 } != nil)
    #expect(problem { $0.userID = "abc" } != nil)
    #expect(
      problem(model: "glm-asr-2512") { $0.prompt = String(repeating: "x", count: 8000) } != nil)
    #expect(problem { $0.hotwords = Array(repeating: "a", count: 101) } != nil)
    #expect(problem(.openAI) { $0.language = "klingon!" } != nil)
    #expect(problem(.openAI, model: "gpt-transcribe") { $0.responseFormat = .srt } != nil)
    #expect(problem(.openAI) { $0.responseFormat = .srt } == nil)
    #expect(problem { $0.requestID = String(repeating: "r", count: 65) } != nil)
    #expect(
      problem {
        $0.temperature = 0
        $0.userID = "abcdef"
      } == nil)
  }

  @Test(
    "Languages are sent as codes, whatever people write",
    arguments: [
      ("zh-CN", "zh"), ("zh_Hans", "zh"), ("EN", "en"), ("english", "en"), ("Chinese", "zh"),
      ("cantonese", "yue"), ("yue", "yue"), ("deu", "de"), ("pt-BR", "pt"), ("klingon", nil),
      ("", nil), ("中文", nil),
    ] as [(String, String?)])
  func languages(given: String, code: String?) {
    #expect(LanguageCode.code(of: given) == code)
  }

  @Test(
    "Base URLs are understood as people paste them",
    arguments: [
      "https://h.example/v1", "https://h.example/v1/", " https://h.example/v1// ",
      "https://h.example/v1/audio/transcriptions", "https://h.example/v1/audio/transcriptions/",
    ])
  func baseURLs(given: String) throws {
    let url = try BaseURL(given)
    #expect(url.text == "https://h.example/v1")
    #expect(url.host == "h.example")
  }

  @Test(
    "Addresses that would leak a key are refused",
    arguments: [
      "http://h.example/v1", "ftp://h.example", "h.example/v1", "", "https://",
      "https://u:p@h.example/v1",
      "https://h.example/v1?key=1", "http://127.0.0.1.example/v1", "http://localhost.example/v1",
    ])
  func refusedURLs(given: String) {
    #expect(throws: BaseURLError.self) { try BaseURL(given) }
  }

  @Test(
    "Plain http works on this machine",
    arguments: ["http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:5/v1"])
  func loopback(given: String) throws {
    #expect(try BaseURL(given).text == given)
    #expect(try BaseURL(given).isLoopback)
  }

  @Test("A secret never shows itself")
  func secrets() {
    let secret = Secret(" sk-canary-123 \n")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped] {
      #expect(!text.contains("canary"))
    }
    #expect(secret.redacted(from: "key sk-canary-123 is wrong") == "key *** is wrong")
    #expect(secret.revealed == "sk-canary-123")
  }
  @Test(
    "A secret is found in every spelling that a decoder undoes",
    arguments: [
      #"sk-a/b+c-99"#, #"sk-a\/b+c-99"#, #"sk-a\u002Fb\u002bc-99"#, "sk-a%2fb%2Bc-99",
      #"\u0073k-a/b+c-99"#,
    ])
  func spelledSecrets(_ spelling: String) {
    let secret = Secret("sk-a/b+c-99")
    #expect(secret.redacted(from: "<\(spelling)>") == "<***>")
    // What only begins like it is left alone, at the end too.
    let beginning = String(spelling.dropLast(2))
    #expect(secret.redacted(from: beginning) == beginning)
  }
}
