public import CLongscribe
import Glibc
import LongscribeInterchange

// The functions of `longscribe.h`, which documents them. `@implementation` lets the compiler hold their types against the header's.

/// Where a call leaves its answer.
private typealias AnswerPlace = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Leaves an answer with the caller, who frees it.
private func give(_ answer: Answer, to place: AnswerPlace?) -> CInt {
  place?.pointee = strdup(answer.json)
  return answer.status.rawValue
}

/// Does the work of a call that needs a handle.
private func call(
  _ handle: OpaquePointer?, _ answer: AnswerPlace?,
  _ work: (Session) throws(CallFailure) -> Answer
) -> CInt {
  answer?.pointee = nil
  guard let session = SessionTable.session(handle) else {
    return give(Answer(SessionTable.notOpen), to: answer)
  }
  do throws(CallFailure) {
    return give(try work(session), to: answer)
  } catch {
    return give(Answer(error, key: session.key), to: answer)
  }
}

/// Never freed: callers may keep it.
nonisolated(unsafe) private let version = UnsafePointer<CChar>(strdup(Release.version))

@c @implementation
public func longscribe_version() -> UnsafePointer<CChar>? { version }

@c @implementation
public func longscribe_protocol_version() -> CInt { LONGSCRIBE_PROTOCOL_VERSION }

@c @implementation
public func longscribe_open(
  _ options: UnsafePointer<CChar>?, _ handle: UnsafeMutablePointer<OpaquePointer?>?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  handle?.pointee = nil
  answer?.pointee = nil
  do throws(CallFailure) {
    guard let handle else { throw CallFailure(.usage, "there is no place for the handle") }
    let request = try RequestText.read(options) { reader throws(ConfigError) in
      try OpenRequest(reader)
    }
    let opened: Answer
    do throws(ProviderError) {
      let session = try Session(request)
      opened = Answer(
        opened: try session.provider.facts.identity,
        notes: request.notes + session.provider.ignoredOptions
          + [session.provider.unknownModel].compactMap { $0 })
      handle.pointee = SessionTable.add(session)
    } catch {
      return give(Answer(CallFailure(error), key: request.key), to: answer)
    }
    return give(opened, to: answer)
  } catch {
    return give(Answer(error), to: answer)
  }
}

@c @implementation
public func longscribe_transcribe(
  _ handle: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ event: longscribe_event?,
  _ userData: UnsafeMutableRawPointer?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  call(handle, answer) { session throws(CallFailure) in
    let request = try RequestText.read(request) { reader throws(ConfigError) in
      try TranscribeRequest(reader)
    }
    let work = TranscribeWork(request: request, session: session)
    return session.run(report: { line in event?(line, userData) }) { tell in await work.run(tell) }
  }
}

@c @implementation
public func longscribe_plan(
  _ handle: OpaquePointer?, _ request: UnsafePointer<CChar>?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  call(handle, answer) { session throws(CallFailure) in
    let request = try RequestText.read(request) { reader throws(ConfigError) in
      try MediaRequest(reader)
    }
    let work = PlanWork(request: request, session: session)
    return session.run { _ in await work.run() }
  }
}

@c @implementation
public func longscribe_probe(
  _ handle: OpaquePointer?, _ request: UnsafePointer<CChar>?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  call(handle, answer) { session throws(CallFailure) in
    let request = try RequestText.read(request) { reader throws(ConfigError) in
      try ProbeRequest(reader)
    }
    let work = ProbeWork(request: request, session: session)
    return session.run { _ in await work.run() }
  }
}

@c @implementation
public func longscribe_stitch(
  _ request: UnsafePointer<CChar>?, _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  answer?.pointee = nil
  do throws(CallFailure) {
    return give(try StitchWork(request).run(), to: answer)
  } catch {
    return give(Answer(error), to: answer)
  }
}

@c @implementation
public func longscribe_cancel(_ handle: OpaquePointer?) -> CInt {
  guard let session = SessionTable.session(handle) else { return ExitCode.usage.rawValue }
  session.cancel()
  return ExitCode.success.rawValue
}

@c @implementation
public func longscribe_close(_ handle: OpaquePointer?) -> CInt {
  guard let handle else { return ExitCode.success.rawValue }
  guard let session = SessionTable.session(handle), !session.isWorkingHere,
    SessionTable.remove(handle) != nil
  else { return ExitCode.usage.rawValue }
  session.close()
  return ExitCode.success.rawValue
}

@c @implementation
public func longscribe_string_free(_ text: UnsafeMutablePointer<CChar>?) {
  free(text)
}
