import Dispatch

/// The thread of the command itself.
///
/// A command reads files, waits for locks, and writes to a pipe whose reader may take its time. On Swift's own threads, of which there are as many as
/// processors, that would hold up what must not wait: answers that have been paid for and are on their way into the journal.
final class CommandThread: TaskExecutor {
  /// Lives as long as the process: tasks do not keep their executor.
  static let shared = CommandThread()

  private let queue = DispatchQueue(label: "longscribe command")

  private init() {}

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
