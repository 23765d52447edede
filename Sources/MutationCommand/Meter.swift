import Foundation
import Synchronization

/// What a stretch of work takes.
struct Meter {
  private let begun: Double
  private let before: Int64

  init() {
    // Sets the kernel's high-water mark back to what is resident now.
    if let file = fopen("/proc/self/clear_refs", "w") {
      fputs("5", file)
      fclose(file)
    }
    before = Self.resident("VmRSS:")
    begun = Self.processorTime
  }

  /// Of all threads: waiting for other programs does not count.
  var processorSeconds: Double { Self.processorTime - begun }

  /// How far resident memory rose meanwhile, in bytes.
  var memoryGrowth: Int64 { max(0, Self.resident("VmHWM:") - before) }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func resident(_ key: String) -> Int64 {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
    return (line?.split(separator: " ").compactMap { Int64($0) }.first ?? 0) * 1024
  }
}

/// Ends the program when a case hangs: what does not even notice that it is out of time.
final class Watchdog: Sendable {
  private static let patience = 180.0
  private let isOver = DispatchSemaphore(value: 0)

  init(_ label: String) {
    Thread.detachNewThread { [isOver] in
      guard isOver.wait(timeout: .now() + Self.patience) == .timedOut else { return }
      print("FAILED \(label): hangs")
      fflush(nil)
      abort()
    }
  }

  func end() { isOver.signal() }
}

/// Asks LeakSanitizer, where it is linked in, whether memory was lost.
struct LeakCheck {
  private let check: (@convention(c) () -> Int32)?

  init() {
    let symbol = dlsym(nil, "__lsan_do_recoverable_leak_check")
    check = symbol.map { unsafeBitCast($0, to: (@convention(c) () -> Int32).self) }
  }

  /// The report is LeakSanitizer's own, on standard error.
  func found() -> Bool { check.map { $0() != 0 } ?? false }
}
