import LongscribeMedia

extension Transcriber.Options {
  /// Hears a recording as these options say.
  func listener(for file: MediaFile) -> Listener {
    Listener(
      file: file, selection: selection, stopsAtDamage: stopsAtDamage,
      temporaryFolder: temporaryFolder)
  }

  /// The flag that stops decoding, with its deadline running.
  func makeFlag() -> CancelFlag {
    let flag = CancelFlag()
    if let deadline { flag.raise(after: deadline) }
    return flag
  }
}
