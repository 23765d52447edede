import CCurl

/// A transfer and the one who waits for it.
struct TransferJob: Sendable {
  let transfer: Transfer
  let continuation: CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>

  func finish(_ result: Result<HTTPResponse, HTTPFailure>) {
    continuation.resume(returning: result)
  }
}

/// The multi handle and all transfers on it.
///
/// Lives and dies on the transfer thread.
///
/// > A handle must not be used in two threads at once; only `curl_multi_wakeup` may come from
/// > elsewhere. https://curl.se/libcurl/c/threadsafe.html
final class TransferEngine {
  let multi: UnsafeMutableRawPointer
  private let configuration: HTTPClientConfiguration
  /// Transfers that wait for a connection, in order of arrival.
  ///
  /// The queue is here and not in libcurl, whose time-outs already run while a transfer waits.
  private var waiting: [TransferJob] = []
  private var active: [UnsafeMutableRawPointer: TransferJob] = [:]

  /// Fails, with nil, only for lack of memory or file descriptors.
  init?(configuration: HTTPClientConfiguration) {
    guard let multi = curl_multi_init() else { return nil }
    self.multi = multi
    self.configuration = configuration
    // The size of the pool of idle connections; the number of busy ones is limited by `waiting`.
    // https://curl.se/libcurl/c/CURLMOPT_MAXCONNECTS.html
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, configuration.maxConnections))
    // Every request has a connection of its own: over one, parallel uploads share a congestion window and a fate, and a lost
    // connection makes all of them ambiguous. https://curl.se/libcurl/c/CURLMOPT_PIPELINING.html
    ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
  }

  /// Ends all transfers and closes all connections.
  ///
  /// No wake-up may be under way, or come later.
  func close() {
    end(.cancelled, "the HTTP client was shut down")
    curl_multi_cleanup(multi)
  }

  func add(_ jobs: [TransferJob]) {
    waiting += jobs
  }

  /// Moves everything on as far as it goes without waiting.
  ///
  /// - Returns: How long nothing needs to be done unless a socket moves or a wake-up comes.
  func advance() -> Duration {
    endCancelled()
    startWaiting()
    var running: Int32 = 0
    let code = curl_multi_perform(multi, &running)
    guard code == CURLM_OK else {
      end(.internal, String(cString: curl_multi_strerror(code)))
      return .zero
    }
    let finished = collectFinished()
    let pause = enforceDeadlines()
    // A place has become free for a transfer that waits.
    return finished && !waiting.isEmpty ? .zero : pause
  }

  /// Waits for a socket, a wake-up or the end of `pause`, whichever comes first.
  ///
  /// > Blocks until a transfer's socket moves, one of libcurl's own timers is due, the time is over or
  /// > `curl_multi_wakeup` is called, and also when there is no transfer at all.
  /// > https://curl.se/libcurl/c/curl_multi_poll.html
  func wait(atMost pause: Duration) {
    let milliseconds = pause == .zero ? 0 : min(pause.wholeMilliseconds, 60_000)
    curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
  }

  private func endCancelled() {
    waiting.removeAll { job in
      guard job.transfer.isCancelled else { return false }
      job.finish(.failure(job.transfer.failure(.cancelled, "")))
      return true
    }
    for (easy, job) in active where job.transfer.isCancelled {
      finish(easy, job.transfer.failure(.cancelled, ""))
    }
  }

  private func startWaiting() {
    while active.count < max(1, configuration.maxConnections), !waiting.isEmpty {
      let job = waiting.removeFirst()
      do throws(HTTPFailure) {
        try job.transfer.open(configuration)
        // A deadline that has passed already must not depend on how fast the server is.
        if case .expired(let code, let message) = job.transfer.verdict(now: .now) {
          throw HTTPFailure(code: code, message: message)
        }
        guard let easy = job.transfer.easy else {
          throw HTTPFailure(code: .internal, message: "the transfer has no handle")
        }
        let code = curl_multi_add_handle(multi, easy)
        guard code == CURLM_OK else {
          let message = String(cString: curl_multi_strerror(code))
          throw HTTPFailure(code: .internal, message: message)
        }
        active[easy] = job
      } catch {
        job.transfer.close()
        job.finish(.failure(error))
      }
    }
  }

  /// Delivers the transfers that libcurl has finished, and says whether there was one.
  ///
  /// > What the message points to does not survive the removal of any handle, so it is read before.
  /// > https://curl.se/libcurl/c/curl_multi_info_read.html
  private func collectFinished() -> Bool {
    var left: Int32 = 0
    var any = false
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
        continue
      }
      let code = message.pointee.data.result
      guard let transfer = active[easy]?.transfer else { continue }
      finish(easy, transfer.outcome(code))
      any = true
    }
    return any
  }

  private func enforceDeadlines() -> Duration {
    let now = ContinuousClock.now
    var pause = Duration.seconds(60)
    for (easy, job) in active {
      job.transfer.refresh(now: now)
      switch job.transfer.verdict(now: now) {
      case .wait(let duration):
        pause = min(pause, duration)
      case .expired(let code, let message):
        finish(easy, job.transfer.failure(code, message))
        if !waiting.isEmpty { pause = .zero }
      }
    }
    return pause
  }

  private func finish(_ easy: UnsafeMutableRawPointer, _ failure: HTTPFailure) {
    finish(easy, .failure(failure))
  }

  /// Takes a transfer off the multi handle, which ends it if it still runs, and delivers its result.
  ///
  /// > Removing a handle in the middle of its transfer is legal and halts the transfer, but it must
  /// > not be done in a callback. https://curl.se/libcurl/c/curl_multi_remove_handle.html
  private func finish(
    _ easy: UnsafeMutableRawPointer,
    _ result: Result<HTTPResponse, HTTPFailure>
  ) {
    guard let job = active.removeValue(forKey: easy) else { return }
    curl_multi_remove_handle(multi, easy)
    job.transfer.close()
    job.finish(result)
  }

  private func end(_ code: HTTPFailure.Code, _ message: String) {
    for (easy, job) in active {
      finish(easy, job.transfer.failure(code, message))
    }
    for job in waiting {
      job.finish(.failure(job.transfer.failure(code, message)))
    }
    waiting = []
  }
}
