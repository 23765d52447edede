import CCurl

/// Sets options on an easy handle and remembers the first one that libcurl refused.
///
/// libcurl returns an error for an option or a value that it does not know, and goes on without it
/// (https://curl.se/libcurl/c/curl_easy_setopt.html). Here that is never ignored: a guard that
/// silently does not guard is worse than no request.
struct EasyOptions: ~Copyable {
  private let easy: UnsafeMutableRawPointer
  private(set) var refusal: CURLcode = CURLE_OK

  init(_ easy: UnsafeMutableRawPointer) {
    self.easy = easy
  }

  mutating func set(_ option: CURLoption, _ value: Int) {
    note(ccurl_set_long(easy, option, value))
  }

  mutating func set(_ option: CURLoption, offset value: Int64) {
    note(ccurl_set_offset(easy, option, curl_off_t(value)))
  }

  /// libcurl copies the string.
  mutating func set(_ option: CURLoption, _ value: String) {
    note(ccurl_set_string(easy, option, value))
  }

  /// libcurl keeps the pointer: what it points to has to outlive the handle.
  mutating func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
    note(ccurl_set_pointer(easy, option, value))
  }

  /// libcurl keeps the list: it has to outlive the handle.
  mutating func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
    note(ccurl_set_list(easy, option, list))
  }

  mutating func set(_ option: CURLoption, callback: curl_write_callback) {
    note(ccurl_set_transfer_callback(easy, option, callback))
  }

  mutating func set(_ option: CURLoption, seek callback: curl_seek_callback) {
    note(ccurl_set_seek_callback(easy, option, callback))
  }

  mutating func set(_ option: CURLoption, prereq callback: curl_prereq_callback) {
    note(ccurl_set_prereq_callback(easy, option, callback))
  }

  private mutating func note(_ code: CURLcode) {
    if refusal == CURLE_OK { refusal = code }
  }
}
