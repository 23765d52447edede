import Foundation
import TestSupport

/// nginx between the executable and a simulator, in a temporary folder of its own.
struct Nginx {
  /// What is said about a connection and a request: which protocol, and how many requests the connection has carried.
  struct Access {
    var status: Int
    var `protocol`: String
    var connection: String
    var requests: Int
  }

  let port: UInt16
  let folder: TemporaryFolder

  var baseURL: String { "http://127.0.0.1:\(port)/v1" }

  /// The finished requests so far, once there are so many or 10 s are over: nginx notes a request after its answer is sent.
  func accesses(atLeast count: Int) async throws -> [Access] {
    let deadline = ContinuousClock.now + .seconds(10)
    while accesses.count < count, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    return accesses
  }

  /// The finished requests so far.
  var accesses: [Access] {
    let text = (try? String(contentsOfFile: folder.file("access.log"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count == 4, let status = Int(fields[0]), let requests = Int(fields[3]) else {
        return nil
      }
      return Access(
        status: status, protocol: fields[1], connection: fields[2], requests: requests)
    }
  }

  /// Works with nginx, and ends it.
  ///
  /// - Parameters:
  ///   - target: The simulator's port.
  ///   - listening: What comes after the port of `listen`.
  ///   - http: Directives outside of the server.
  ///   - server: Directives of the server.
  static func run<Result>(
    before target: UInt16, listening: String = "", http: String = "",
    server: String = "client_max_body_size 64m;",
    folder: TemporaryFolder? = nil, _ work: (Nginx) async throws -> Result
  ) async throws -> Result {
    let folder = try folder ?? TemporaryFolder()
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(folder.file($0));" }.joined(separator: "\n    ")
    func configuration(port: UInt16) -> String {
      """
      daemon off;
      master_process off;
      pid \(folder.file("nginx.pid"));
      error_log \(folder.file("error.log")) notice;
      events { worker_connections 64; }
      http {
        \(temporary)
        log_format short '$status $server_protocol $connection $connection_requests';
        access_log \(folder.file("access.log")) short;
        \(http)
        server {
          listen 127.0.0.1:\(port) \(listening);
          \(server)
          location / {
            proxy_pass http://127.0.0.1:\(target);
            proxy_http_version 1.1;
            proxy_set_header Connection "";
          }
        }
      }
      """
    }
    return try await Daemon.run(
      ForeignSoftware.nginx, folder: folder.path,
      arguments: { port in
        try configuration(port: port).write(
          toFile: folder.file("nginx.conf"), atomically: false, encoding: .utf8)
        return [
          "-p", folder.path, "-c", folder.file("nginx.conf"), "-e", folder.file("error.log"),
        ]
      }
    ) { try await work(Nginx(port: $0, folder: folder)) }
  }
}
