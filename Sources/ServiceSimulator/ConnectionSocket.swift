import CMicrohttpd
import Glibc

/// The socket under a connection of libmicrohttpd, for what an HTTP library does not do.
///
/// Used on the server's thread only, on which the library handles the connection.
struct ConnectionSocket {
  private let descriptor: Int32

  /// Nil when the library does not tell the socket.
  init?(_ connection: OpaquePointer?) {
    // The function takes optional further arguments, which Swift cannot call; without any it is
    // like one that takes two.
    typealias GetInformation =
      @convention(c) (OpaquePointer?, UInt32) -> UnsafePointer<MHD_ConnectionInfo>?
    guard let symbol = dlsym(nil, "MHD_get_connection_info") else { return nil }
    let getInformation = unsafeBitCast(symbol, to: GetInformation.self)
    let kind = MHD_ConnectionInfoType.CONNECTION_INFO_CONNECTION_FD.rawValue
    guard let information = getInformation(connection, UInt32(kind)) else { return nil }
    descriptor = information.pointee.connect_fd
  }

  /// Ends the connection with RST. The library still closes the socket itself.
  func reset() {
    // To connect to no family is to disconnect, which Linux does with RST.
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    _ = connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
  }

  /// Sends bytes past the library, as far as the socket takes them at once.
  func send(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      if sent > 0 {
        offset += sent
      } else if errno != EINTR {
        return
      }
    }
  }
}
