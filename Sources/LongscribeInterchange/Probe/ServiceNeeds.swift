package import Longscribe
import LongscribeOffline

/// What one service needs of a recording, as far as the container tells.
package struct ServiceNeeds: Encodable {
  enum Need: String, Encodable {
    /// It can be sent as it is, if it decodes cleanly.
    case asIs = "as_is"
    /// It fits in one call once it is converted.
    case convert
    /// It has to be cut.
    case split
    /// Its length is not known.
    case unknown
    /// It cannot be sent at all.
    case cannot
  }

  /// A service's model with what it accepts, or why it cannot be used.
  private struct Candidate {
    var provider: String
    var model: String
    var label: String
    var limits: Result<ServiceLimits, RecognitionFailure>
  }

  let provider: String
  let model: String
  let need: Need
  /// The fewest calls that can be enough.
  let calls: Int64?
  /// Why it cannot be used.
  let reason: String?
  package let label: String

  enum CodingKeys: String, CodingKey {
    case provider, model, need, calls, reason
  }

  package var sentence: String {
    switch need {
    case .asIs: "goes out as it is, if it is undamaged"
    case .convert: "needs converting, 1 call"
    case .split: "needs splitting, at least \(calls ?? 2) calls"
    case .unknown: "needs converting; 'longscribe plan' shows how many calls"
    case .cannot: "cannot take it: \(reason ?? "it accepts no format that can be made")"
    }
  }

  /// What each model of each service needs.
  package static func all(_ description: MediaDescription, _ profiles: [ServiceProfile])
    -> [ServiceNeeds]
  {
    (profiles.flatMap(candidates) + [offline]).map { ServiceNeeds($0, description) }
  }

  /// The models of a service that differ in what they take; the first of those that do not stands for them.
  private static func candidates(_ profile: ServiceProfile) -> [Candidate] {
    var seen: [ServiceLimits] = []
    return profile.models.compactMap { model in
      guard !seen.contains(model.limits) else { return nil }
      seen.append(model.limits)
      return Candidate(
        provider: profile.name, model: model.name,
        label: seen.count == 1 ? profile.name : model.name, limits: .success(model.limits))
    }
  }

  private static var offline: Candidate {
    let limits: Result<ServiceLimits, RecognitionFailure>
    do throws(RecognitionFailure) {
      limits = .success(try OfflineRecognizer(workers: 1).limits)
    } catch {
      limits = .failure(error)
    }
    return Candidate(
      provider: Provider.offlineName, model: "pocketsphinx-en-us", label: "offline", limits: limits)
  }

  private init(_ candidate: Candidate, _ description: MediaDescription) {
    provider = candidate.provider
    model = candidate.model
    label = candidate.label
    let limits: ServiceLimits
    switch candidate.limits {
    case .success(let known): limits = known
    case .failure(let failure):
      need = .cannot
      calls = nil
      reason = failure.description
      return
    }
    reason = nil
    guard let format = limits.uploadFormat else {
      need = .cannot
      calls = nil
      return
    }
    guard let duration = description.duration else {
      need = .unknown
      calls = nil
      return
    }
    let samples = Timeline.samples(duration)
    let longest = max(1, limits.longestChunk(in: format))
    let calls = max(1, (samples + longest - 1) / longest)
    self.calls = calls
    let accepted = description.uploadFormat.map(limits.formats.contains) ?? false
    let fits = (description.byteCount ?? .max) <= limits.maximumFileBytes
    let isLongEnough = samples >= limits.minimumSamples
    need = calls > 1 ? .split : accepted && fits && isLongEnough ? .asIs : .convert
  }
}
