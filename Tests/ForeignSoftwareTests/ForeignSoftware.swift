import Foundation
import TestSupport
import Testing

/// Software that nobody here wrote, where `scripts/setup foreign` puts it.
///
/// Nothing of it is needed to build or to use longscribe, so tests are skipped where it is not there, and say so.
enum ForeignSoftware {
  private static let folder = "\(Programs.root)/.build/foreign"

  static let nginx = "\(folder)/debian/usr/sbin/nginx"
  static let tinyproxy = "\(folder)/debian/usr/bin/tinyproxy"
  static let openssl = "/usr/bin/openssl"
  static let curl = "/usr/bin/curl"
  static let chromium = "/usr/bin/chromium"
  /// Python with the services' own clients.
  static let clients = "\(folder)/clients/bin/python"
  /// Python with a validator of JSON Schema.
  static let schema = "\(folder)/schema/bin/python"
  /// Python with LiteLLM's proxy.
  static let litellm = "\(folder)/litellm/bin/python"
  /// Python with readers of subtitles, and where those are that Debian has.
  static let subtitles = "\(folder)/subtitles/bin/python"
  static let debianModules = "\(folder)/debian/usr/lib/python3/dist-packages"

  /// Whether all of these are there, and whole: an installation that was broken off leaves no mark.
  static func isThere(_ programs: [String]) -> Bool {
    programs.allSatisfy { program in
      guard FileManager.default.isExecutableFile(atPath: program) else { return false }
      guard program.hasPrefix(folder) else { return true }
      let place = program.dropFirst(folder.count + 1).prefix { $0 != "/" }
      return FileManager.default.fileExists(atPath: "\(folder)/\(place)/installed")
    }
  }
}

extension Trait where Self == ConditionTrait {
  static var needsNginx: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.nginx]),
      "nginx is missing: 'scripts/setup foreign' fetches it with apt-get")
  }

  static var needsOpenSSL: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.openssl, ForeignSoftware.curl]),
      "openssl or curl is missing: 'scripts/setup foreign' installs the Debian packages")
  }

  static var needsChromium: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.chromium, "/usr/bin/python3"]),
      "chromium or python3 is missing: 'scripts/setup foreign' installs the Debian packages")
  }

  static var needsTinyproxy: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.tinyproxy]),
      "tinyproxy is missing: 'scripts/setup foreign' fetches it with apt-get")
  }

  static var needsClients: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.clients]),
      "the Python packages openai, cozepy and zai-sdk are missing: 'scripts/setup foreign' fetches them with pip"
    )
  }

  static var needsSchema: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.schema]),
      "the Python package jsonschema is missing: 'scripts/setup foreign' fetches it with pip")
  }

  static var needsLiteLLM: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.litellm]),
      "the Python package litellm is missing: 'scripts/setup foreign' fetches it with pip")
  }

  static var needsSubtitleReaders: Self {
    .enabled(
      if: ForeignSoftware.isThere([ForeignSoftware.subtitles])
        && FileManager.default.fileExists(atPath: "\(ForeignSoftware.debianModules)/srt.py"),
      "the Python packages srt, pysrt, pysubs2 and webvtt-py are missing: 'scripts/setup foreign' fetches them with apt-get and pip"
    )
  }
}
