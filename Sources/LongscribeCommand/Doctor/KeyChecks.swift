import Glibc
import Longscribe

/// Looks at where the keys of services are. What they are is never shown, and no key command is run.
enum KeyChecks {
  /// - Parameter wanted: The service that has to have a key; `nil` if any may lack one.
  static func findings(_ surroundings: Surroundings, wanted: String?) -> [Finding] {
    surroundings.profiles.flatMap { profile in
      findings(profile, surroundings, isWanted: profile.name == wanted)
    }
  }

  private static func findings(
    _ profile: ServiceProfile, _ surroundings: Surroundings, isWanted: Bool
  ) -> [Finding] {
    let subject = "key of \(profile.name)"
    guard let place = KeyPlace.found(for: profile, in: surroundings) else {
      if profile.keyNeed == .never { return [.ok(subject, "none is needed")] }
      guard isWanted, profile.keyNeed == .always else { return [.ok(subject, "none")] }
      return [.problem(subject, "none", KeySource.missing(profile))]
    }
    if let warning = place.warning {
      return [
        .warning(
          subject, "from \(place.description), which other users can read",
          warning.split(separator: ";").last.map { $0.trimming() } ?? "change its rights")
      ]
    }
    if case .file(let path, named: _) = place,
      FileName.withBytes(path, { access($0, R_OK) }) != 0
    {
      return [
        .problem(
          subject,
          "from \(place.description), which cannot be read: \(String(cString: strerror(errno)))",
          "put the key there, for your eyes only (chmod 600)")
      ]
    }
    return [.ok(subject, "from \(place.description)")]
  }
}

extension Substring {
  /// Without blanks at its ends.
  fileprivate func trimming() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
