import Longscribe
import LongscribeInterchange

/// The journal that a command uses.
enum JournalChoice {
  /// The folder: `$XDG_STATE_HOME/longscribe`, else `~/.local/state/longscribe`; `nil` where neither is known.
  ///
  /// A relative XDG_STATE_HOME is to be ignored (XDG Base Directory Specification).
  static func folder(_ surroundings: Surroundings) -> String? {
    if let state = surroundings["XDG_STATE_HOME"], state.hasPrefix("/") {
      return "\(state)/longscribe"
    }
    return surroundings["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.local/state/longscribe" }
  }

  /// Whether there is a journal already.
  static func isThere(_ surroundings: Surroundings) -> Bool {
    folder(surroundings).map(JournalHealth.isThere) ?? false
  }

  /// Opens the journal.
  ///
  /// - Throws: If it cannot be used.
  static func open(_ surroundings: Surroundings) throws(CommandFailure) -> Journal {
    guard let folder = folder(surroundings) else {
      throw CommandFailure(
        code: .configuration,
        message:
          "there is no place for the journal: set XDG_STATE_HOME or HOME, or use --no-journal")
    }
    do throws(JournalError) {
      return try Journal(folder: folder)
    } catch {
      throw CommandFailure(
        code: ExitCode.of(error),
        message:
          "\(error.description); XDG_STATE_HOME names another place, --no-journal does without")
    }
  }

  /// The journal of a run that only tells what it would do; `nil` where there is none, which is then not made, or none that can be used.
  static func existing(
    for arguments: ParsedArguments, _ surroundings: Surroundings, console: Console
  ) -> Journal? {
    guard !arguments.flag("--no-journal"), isThere(surroundings) else { return nil }
    do throws(CommandFailure) {
      let journal = try open(surroundings)
      for note in journal.notes { console.note("Warning: \(note)") }
      return journal
    } catch {
      console.note("Warning: \(error.message); answers that it may have are counted as calls")
      return nil
    }
  }

  /// The journal of a transcription; `nil` without one.
  ///
  /// What costs nothing is not kept from being done by a journal that cannot be used.
  static func open(
    for arguments: ParsedArguments, isFree: Bool, _ surroundings: Surroundings, console: Console
  ) throws(CommandFailure) -> Journal? {
    if arguments.flag("--no-journal") { return nil }
    do throws(CommandFailure) {
      let journal = try open(surroundings)
      for note in journal.notes { console.note("Warning: \(note)") }
      return journal
    } catch {
      guard isFree else { throw error }
      console.note("Warning: \(error.message); going on without, because nothing is paid for")
      return nil
    }
  }
}
