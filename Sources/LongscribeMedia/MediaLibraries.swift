private import CMediaShim

/// FFmpeg's libraries as they are on this machine.
package enum MediaLibraries {
  /// FFmpeg's release; empty if it does not tell.
  package static var release: String { ls_ffmpeg_release().map { String(cString: $0) } ?? "" }

  /// Names and versions of the libraries that are loaded.
  package static var versions: [(name: String, version: String)] {
    let table: [(String, ls_library)] = [
      ("libavformat", LS_LIBRARY_FORMAT), ("libavcodec", LS_LIBRARY_CODEC),
      ("libswresample", LS_LIBRARY_RESAMPLE), ("libavutil", LS_LIBRARY_UTIL),
    ]
    return table.map { name, library in
      let version = ls_library_version(library)
      return (name, "\(version >> 16).\(version >> 8 & 0xFF).\(version & 0xFF)")
    }
  }

  /// What is built into FFmpeg under a name.
  private enum Kind: String {
    case demuxer, decoder, encoder

    func has(_ name: String) -> Bool {
      switch self {
      case .demuxer: ls_can_demux(name)
      case .decoder: ls_can_decode(name)
      case .encoder: ls_can_encode(name)
      }
    }
  }

  /// What recordings of common kinds, and uploads to services, need, by FFmpeg's names.
  private static let needed: [(kind: Kind, names: [String])] = [
    (.demuxer, ["mov", "matroska", "mp3", "wav", "ogg", "flac", "aac", "asf", "avi", "mpegts"]),
    (.decoder, ["aac", "mp3float", "opus", "vorbis", "flac", "pcm_s16le", "wmav2", "ac3", "alac"]),
    (.encoder, ["libmp3lame", "libopus", "aac", "flac"]),
  ]

  /// What is missing of that, each with its kind: `encoder libmp3lame`.
  package static var missing: [String] {
    needed.flatMap { kind, names in
      names.filter { !kind.has($0) }.map { "\(kind.rawValue) \($0)" }
    }
  }
}
