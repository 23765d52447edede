private import Glibc
private import Synchronization

/// Tells which processes that use a journal are still there.
///
/// # Note: Leases that end with their process
///
/// A call that is being made is worth waiting for only as long as somebody makes it. A lease with a time would have to be long enough for
/// the slowest call and would be wrong whenever a laptop sleeps or its clock is set. On one machine the kernel knows better: each owner
/// locks one byte of a file beside the journal, at the offset of its number, and the lock goes away with the process however that
/// ends. Whoever finds a call by another owner looks whether that byte is locked.
///
/// The locks are those of open file descriptions (fcntl(2), `F_OFD_SETLK`): unlike POSIX's older ones they are not lost when some other
/// part of the process opens and closes the file, and two journals within a process tell each other apart.
final class OwnerLocks: Sendable {
  private let descriptor: Int32
  private let path: String
  /// Bytes that are locked through this descriptor: the kernel tells of others' locks only.
  private let held = Mutex<Set<Int64>>([])

  // Linux's numbers, which the C library shows only to those who ask for GNU's extensions.
  private static let get: Int32 = 36
  private static let set: Int32 = 37
  private static let wait: Int32 = 38

  /// Opens the file, or makes it.
  init(_ path: String) throws(JournalError) {
    descriptor = try Self.descriptor(path)
    self.path = path
  }

  /// Whether the file is still the one at its path: locks on one that was removed tell nobody anything.
  var isCurrent: Bool { FileNumber(descriptor: descriptor) == FileNumber(path) }

  /// Takes over the numbers of others of this process.
  func hold(all other: OwnerLocks) throws(JournalError) {
    for owner in other.held.withLock({ $0 }) { _ = try hold(owner) }
  }

  /// Whether anybody else uses the journal.
  var isAnybodyPresent: Bool {
    var lock = Self.byte(1, F_WRLCK)
    // To the end, whatever numbers there are.
    lock.l_len = 0
    return isLocked(lock)
  }

  /// Whether another has a lock there. Where that cannot be asked, it counts as so.
  private func isLocked(_ place: flock) -> Bool {
    var lock = place
    guard fcntl(descriptor, Self.get, &lock) == 0 else { return true }
    return Int32(lock.l_type) != F_UNLCK
  }

  private static func descriptor(_ path: String) throws(JournalError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw JournalError(.notWritable, path: path, detail: String(cString: strerror(errno)))
    }
    return descriptor
  }

  deinit { close(descriptor) }

  private static func byte(_ owner: Int64, _ type: Int32) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(owner)
    lock.l_len = 1
    return lock
  }

  /// Locks an owner's byte for as long as this value lives; `false` if another has it.
  func hold(_ owner: Int64) throws(JournalError) -> Bool {
    guard !holds(owner), try lock(owner, Self.set) else { return false }
    held.withLock { _ = $0.insert(owner) }
    return true
  }

  /// Whether an owner's byte is locked by this value.
  func holds(_ owner: Int64) -> Bool { held.withLock { $0.contains(owner) } }

  /// The same, after whoever has it has let it go.
  func waitFor(_ owner: Int64) throws(JournalError) {
    _ = try lock(owner, Self.wait)
  }

  private func lock(_ owner: Int64, _ command: Int32) throws(JournalError) -> Bool {
    var lock = Self.byte(owner, F_WRLCK)
    while fcntl(descriptor, command, &lock) != 0 {
      if errno == EAGAIN || errno == EACCES { return false }
      guard errno == EINTR else {
        throw JournalError(
          .notWritable, path: path,
          detail: "its file system has no locks: \(String(cString: strerror(errno)))")
      }
    }
    return true
  }

  /// Whether an owner is still there, this one included. One whose lock cannot be asked for counts as present: waiting costs less than paying twice.
  func isPresent(_ owner: Int64) -> Bool {
    // Numbers begin at 1; others are damage.
    guard owner > 0 else { return false }
    return holds(owner) || isLocked(Self.byte(owner, F_WRLCK))
  }
}
