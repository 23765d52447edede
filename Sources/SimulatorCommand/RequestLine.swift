import ServiceSimulator

/// One line about one request.
enum RequestLine {
  static func text(for request: ReceivedRequest) -> String {
    var items = [
      "#\(request.number)",
      request.status.map { "\($0)" } ?? "no answer",
      "\(request.method) \(request.path)",
    ]
    if let fileName = request.fileName {
      items.append("\(fileName) (\(request.fileBytes) bytes)")
    }
    if let seconds = request.seconds {
      items.append("\(rounded(seconds)) s of \(request.format ?? "audio")")
    }
    if let start = request.matchedStart {
      items.append("found at \(rounded(start)) s")
    }
    if request.billedSeconds > 0 {
      items.append("\(rounded(request.billedSeconds)) s charged")
    }
    if let finish = request.finish {
      items.append("took \(rounded(finish - request.arrival)) s")
    }
    if let code = request.errorCode {
      items.append("code \(code): \(request.errorMessage ?? "")")
    }
    return items.joined(separator: ", ")
  }

  /// With three decimals at most.
  private static func rounded(_ value: Double) -> Double {
    (value * 1000).rounded() / 1000
  }
}
