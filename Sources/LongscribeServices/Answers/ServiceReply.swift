/// What a service sent back, as far as it is read: without the key, should the service have repeated it.
package struct ServiceReply: Sendable {
  package let status: Int
  package let body: [UInt8]
  private let headers: [HTTPHeader]

  package init(status: Int, headers: [(String, String)] = [], body: [UInt8], key: Secret) {
    self.status = status
    // Before anything is cut or decoded: half a key is a leak too.
    self.body = key.redacted(from: body)
    self.headers = headers.map { HTTPHeader($0.0, key.redacted(from: $0.1)) }
  }

  init(_ response: HTTPResponse, key: Secret) {
    self.init(
      status: response.status, headers: response.headers.map { ($0.name, $0.value) },
      body: response.body, key: key)
  }

  /// Whether the body begins as a JSON object does.
  var beginsAsObject: Bool {
    body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }

  /// The first value of a header, whatever the case of its name.
  package func header(_ name: String) -> String? {
    headers.firstValue(named: name)
  }
}
