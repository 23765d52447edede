private import CCurl

/// Whether a service's address can be reached, found out without a key and without anything that costs.
package enum Reachability {
  /// What came of it.
  package enum Finding: Sendable, Hashable {
    /// A server answered, with this status: that of an address without a page is as good as any.
    case answers(status: Int)
    /// No server answered, for this reason.
    case fails(String)
  }

  /// Versions of libcurl and of what it is built with.
  package static var version: String { String(cString: curl_version()) }

  /// Connects and asks for the page at the address itself. At most half a minute passes.
  package static func check(_ address: BaseURL, network: NetworkOptions) async -> Finding {
    let client = HTTPClient(configuration: network.configuration(calls: 1))
    let request = HTTPRequest(
      url: address.text, method: .get,
      timeouts: HTTPTimeouts(answerIdle: .seconds(15), total: .seconds(30)))
    do throws(HTTPFailure) {
      return .answers(status: try await client.send(request).status)
    } catch {
      return .fails(error.description)
    }
  }
}
