/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
  /// The `event` field, or "message" if there was none.
  package var type: String
  /// The `data` lines, joined by line feeds.
  package var data: String
  /// The last `id` seen so far in the stream, or an empty string.
  package var id: String

  package init(type: String = "message", data: String, id: String = "") {
    self.type = type
    self.data = data
    self.id = id
  }
}
