import LongscribeCore

/// How long a call may take: longer for more bytes and for more audio.
enum CallTimeouts {
  /// A slow line, in bytes a second.
  private static let slowestUpload = 50_000.0
  /// The least and the most time for the service's own work, in seconds: it is given half of the audio's length, and the ten minutes
  /// after which the official clients give up (openai-python, zai-sdk).
  private static let shortestWork = 120.0
  private static let longestWork = 600.0

  /// - Parameters:
  ///   - bytes: The size of the request.
  ///   - samples: Audio in it.
  ///   - streams: Whether the answer arrives piece by piece: then silence in between means that it is broken.
  ///   - asked: The service's time that the user asks for, in seconds.
  static func timeouts(
    bytes: Int64, samples: Int64, streams: Bool, asked: Double?
  ) -> HTTPTimeouts {
    let work =
      asked ?? max(shortestWork, min(longestWork, Timeline.seconds(samples) / 2))
    return HTTPTimeouts(
      connect: .seconds(10), sendIdle: .seconds(30),
      answerIdle: .seconds(streams ? min(work, shortestWork) : work),
      total: .seconds(work + Double(bytes) / slowestUpload))
  }
}
