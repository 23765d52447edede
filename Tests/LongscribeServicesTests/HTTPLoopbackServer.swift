import Glibc
import Synchronization

/// A small server on a free loopback port that behaves as badly as a test asks it to.
///
/// Each connection runs the behaviour on a thread of its own, with plain sockets, so that nothing
/// between the test and the wire tidies up. All waits are bounded.
final class LoopbackServer: Sendable {
  /// What the server does with one connection; it is closed when the closure returns.
  typealias Behaviour = @Sendable (LoopbackConnection) -> Void

  /// Why there is no server.
  struct SocketError: Error {
    let call: String
    let number: Int32
  }

  private struct Connections {
    var isStopped = false
    var accepted = 0
    var open: Set<Int32> = []
    var mostOpen = 0
  }

  private let listener: Int32
  private let behaviour: Behaviour
  private let connections = Mutex(Connections())
  let port: UInt16

  var url: String { "http://127.0.0.1:\(port)" }
  var acceptedCount: Int { connections.withLock { $0.accepted } }
  var mostOpenAtOnce: Int { connections.withLock { $0.mostOpen } }

  /// Starts the server.
  ///
  /// - Parameters:
  ///   - receiveBuffer: The size of each connection's receive buffer in bytes, or nil for the
  ///     system's; a small one makes a server that does not read felt soon.
  ///   - behaviour: What to do with each connection.
  /// - Throws: A ``SocketError`` when there is no port to be had.
  init(receiveBuffer: Int32? = nil, _ behaviour: @escaping Behaviour) throws {
    (listener, port) = try Self.listen(backlog: 64, receiveBuffer: receiveBuffer)
    self.behaviour = behaviour
    let descriptor = listener
    // The thread holds the server only while it takes a connection, so that the test's reference is
    // the one that counts.
    startThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { break }
        guard let self else {
          close(connection)
          break
        }
        self.serve(connection)
      }
      close(descriptor)
    }
  }

  deinit {
    stop()
  }

  /// Refuses new connections and ends those there are.
  func stop() {
    connections.withLock { connections in
      // The descriptor is closed after the first time, and may then be someone else's.
      guard !connections.isStopped else { return }
      connections.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for descriptor in connections.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  private func serve(_ descriptor: Int32) {
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var on: Int32 = 1
    setsockopt(
      descriptor,
      Int32(IPPROTO_TCP),
      TCP_NODELAY,
      &on,
      socklen_t(MemoryLayout<Int32>.size)
    )
    let number = connections.withLock { connections in
      connections.accepted += 1
      connections.open.insert(descriptor)
      connections.mostOpen = max(connections.mostOpen, connections.open.count)
      return connections.accepted
    }
    startThread { [behaviour, weak self] in
      behaviour(LoopbackConnection(descriptor: descriptor, number: number))
      _ = self?.connections.withLock { $0.open.remove(descriptor) }
      close(descriptor)
    }
  }

  /// Opens a listening socket on a free port of 127.0.0.1.
  static func listen(
    backlog: Int32,
    receiveBuffer: Int32? = nil
  ) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketError(call: "socket", number: errno) }
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0
          && Glibc.listen(descriptor, backlog) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard code else {
      defer { close(descriptor) }
      throw SocketError(call: "listen", number: errno)
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }
}

/// Runs `body` on a new detached thread.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = pthread_create(
    &thread,
    nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    },
    box.toOpaque()
  )
  if code == 0 { pthread_detach(thread) } else { box.release() }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
