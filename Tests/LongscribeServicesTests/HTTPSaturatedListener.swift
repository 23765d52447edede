import Glibc

/// A port on which a connection is neither accepted nor refused, because its queue is full.
final class SaturatedListener {
  private var descriptors: [Int32]
  let port: UInt16

  var url: String { "http://127.0.0.1:\(port)" }

  init() throws {
    let (listener, port) = try LoopbackServer.listen(backlog: 0)
    self.port = port
    descriptors = [listener]
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    // One connection fits; the others keep asking.
    for _ in 0..<3 {
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      let descriptor = socket(AF_INET, type, 0)
      descriptors.append(descriptor)
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}
