import TestSupport

/// A certificate authority of one's own, and a certificate for this machine.
enum Authority {
  /// 127.0.0.1 also in the form of IPv6, which no client takes for a loopback address by its looks.
  static let names = "DNS:localhost,IP:127.0.0.1,IP:::ffff:127.0.0.1"

  /// Writes `ca.pem`, `server.pem` and `server.key`.
  static func make(in folder: TemporaryFolder, names: String = names) async throws {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    try await Programs.shell(
      """
      cd '\(folder.path)'
      exec 2>openssl.log
      openssl req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj '/CN=Longscribe test'
      openssl req \(key) -keyout server.key -out server.csr -subj '/CN=localhost'
      printf 'subjectAltName=\(names)\\n' >names
      openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
      """)
  }
}
