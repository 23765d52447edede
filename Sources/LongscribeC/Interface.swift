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

/// Does the work of a call that needs a handle: reads what is asked for, and waits for what comes of it.
private func call<Request>(
  _ handle: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ answer: AnswerPlace?,
  _ read: (ConfigReader) throws(ConfigError) -> Request,
  _ work: (Request, Session) -> Answer
) -> CInt {
  answer?.pointee = nil
  guard let session = SessionTable.session(handle) else {
    return give(Answer(SessionTable.notOpen), to: answer)
  }
  do throws(CallFailure) {
    return give(work(try RequestText.read(text, read), session), to: answer)
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
    do throws(CallFailure) {
      let session = try Session(request)
      let opened = Answer(
        opened: try session.identity,
        notes: request.notes + session.provider.ignoredOptions
          + [session.provider.unknownModel].compactMap { $0 } + session.notes)
      handle.pointee = SessionTable.add(session)
      return give(opened, to: answer)
    } catch {
      return give(Answer(error, key: request.key), to: answer)
    }
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
  call(handle, request, answer, TranscribeRequest.init) { request, session in
    let work = TranscribeWork(request: request, session: session)
    return session.run(report: { line in event?(line, userData) }) { tell in await work.run(tell) }
  }
}

@c @implementation
public func longscribe_plan(
  _ handle: OpaquePointer?, _ request: UnsafePointer<CChar>?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  call(handle, request, answer, MediaRequest.init) { request, session in
    let work = PlanWork(request: request, session: session)
    return session.run { _ in await work.run() }
  }
}

@c @implementation
public func longscribe_probe(
  _ handle: OpaquePointer?, _ request: UnsafePointer<CChar>?,
  _ answer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  call(handle, request, answer, ProbeRequest.init) { request, session in
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
