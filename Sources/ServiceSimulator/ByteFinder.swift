import Glibc

/// Finds a pattern in bytes.
struct ByteFinder {
  let pattern: [UInt8]

  /// Where the pattern begins at or after `start`; nil when it does not occur.
  func firstIndex(in bytes: [UInt8], from start: Int) -> Int? {
    firstIndex(in: bytes[...], from: start)
  }

  /// Where the pattern begins at or after `start`; nil when it does not occur.
  func firstIndex(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    guard start >= bytes.startIndex, start <= bytes.endIndex else { return nil }
    return bytes[start...].withUnsafeBytes { haystack -> Int? in
      guard let base = haystack.baseAddress, let first = pattern.first else { return nil }
      var offset = 0
      while haystack.count - offset >= pattern.count {
        // The first byte is looked for with the C library's fast search.
        let room = haystack.count - offset - pattern.count + 1
        guard let found = memchr(base + offset, Int32(first), room) else { return nil }
        offset = UnsafeRawPointer(found) - base
        if memcmp(base + offset, pattern, pattern.count) == 0 { return start + offset }
        offset += 1
      }
      return nil
    }
  }
}
