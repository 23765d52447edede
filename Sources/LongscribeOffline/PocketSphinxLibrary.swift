import CPocketSphinx

/// The opened PocketSphinx library.
///
/// Opening takes some milliseconds and happens at the first use in the process, not at its start.
struct PocketSphinxLibrary: Sendable {
  /// The functions of the library, under the vendor's names.
  let functions: pocketsphinx_functions

  private static let opened = open()

  /// Returns the library, which the first call opens.
  ///
  /// - Throws: `PocketSphinxError.libraryUnavailable`, at every call alike.
  static func load() throws(PocketSphinxError) -> PocketSphinxLibrary {
    try opened.get()
  }

  private static func open() -> Result<PocketSphinxLibrary, PocketSphinxError> {
    let functions = UnsafeMutablePointer<pocketsphinx_functions>.allocate(capacity: 1)
    defer { functions.deallocate() }
    if let reason = pocketsphinx_load(functions) {
      return .failure(.libraryUnavailable(reason: String(cString: reason)))
    }
    return .success(PocketSphinxLibrary(functions: functions.move()))
  }
}
