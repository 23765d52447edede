public import Foundation

/// A page to look at a transcript: one HTML file that needs no other, but the recording if it is to be heard.
///
/// The page's policy lets run only the script and the style that are made here, named by their hashes, and load only the recording; the browser
/// holds to it even if a text found a way out of its place. All texts are data to the script, which puts them into text nodes.
public struct ReportPage: Sendable {
  /// Where the page has the recording from.
  public enum Audio: Sendable, Hashable {
    /// Nowhere; whoever looks at the page can choose a file.
    case none
    /// From a file beside the page: a relative address, with escapes where URLs need them.
    case file(address: String)
    /// From the page itself.
    case embedded(Data, mediaType: String)
  }

  /// The whole page, in UTF-8.
  public let html: String

  /// - Parameters:
  ///   - run: What is shown.
  ///   - title: What the page is called, such as the recording's name.
  ///   - audio: Where the recording is.
  public init(_ run: RunDocument, title: String, audio: Audio = .none) {
    let style = Self.text(PackageResources.page_css)
    let script = Self.scripts.map(Self.text).joined()
    html = PageText.filled(
      Self.text(PackageResources.page_html),
      [
        "title": PageText.escaped(title),
        "policy": PageText.escaped(Self.policy(style: style, script: script, audio: audio)),
        "style": style,
        "script": script,
        "audio": Self.source(of: audio).map { " src=\"\(PageText.escaped($0))\"" } ?? "",
        "data": PageText.script(ReportData.json(run, title: title)),
      ])
  }

  /// The parts of the script, in the order in which they need each other.
  private static let scripts = [
    PackageResources.model_js, PackageResources.view_js, PackageResources.picture_js,
    PackageResources.timeline_js, PackageResources.text_js, PackageResources.search_js,
    PackageResources.player_js, PackageResources.main_js,
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func source(of audio: Audio) -> String? {
    switch audio {
    case .none: nil
    case .file(let address): address
    case .embedded(let bytes, let type): "data:\(type);base64,\(bytes.base64EncodedString())"
    }
  }

  /// The page's Content-Security-Policy. A recording that is chosen in the page has a `blob:` address.
  private static func policy(style: String, script: String, audio: Audio) -> String {
    func hash(_ text: String) -> String {
      "'sha256-\(Data(SHA256.hash(text.utf8)).base64EncodedString())'"
    }
    // A page that was opened from a disk has no origin of its own to which its folder would belong.
    let media =
      switch audio {
      case .none: "blob:"
      case .file: "'self' file: blob:"
      case .embedded: "data: blob:"
      }
    return [
      "default-src 'none'", "script-src \(hash(script))", "style-src \(hash(style))",
      "media-src \(media)", "img-src data:", "base-uri 'none'", "form-action 'none'",
      "require-trusted-types-for 'script'",
    ].joined(separator: "; ")
  }
}
