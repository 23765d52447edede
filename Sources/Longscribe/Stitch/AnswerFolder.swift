private import Foundation
private import LongscribeThreads

/// A folder with a plan, and the answers that another program got for the plan's chunk files.
///
/// The answer to `chunk-00012.wav` is `chunk-00012.json`, `.srt`, `.vtt` or `.txt`. What is in it decides how it is read, not its extension:
/// any service's JSON, an event stream, subtitles, bare text. If there are several, the first of these that can be read counts, because
/// it is the likeliest to tell times.
///
/// ```swift
/// let folder = try await AnswerFolder.read("chunks")
/// print(folder.record.transcript().text)
/// ```
public struct AnswerFolder: Sendable {
  /// A file that was found, and what is to be said of it.
  public struct Finding: Sendable, Hashable {
    /// Its name in the folder.
    public var name: String
    /// The chunk that it belongs to.
    public var chunk: Chunk
    /// Why it could not be read as an answer.
    public var failure: RecognitionFailure
  }

  /// The folder.
  public let path: String
  /// The plan.
  public let plan: PlanDocument
  /// The answers, by the chunk's index. They do not keep the bytes that they were read from.
  public private(set) var answers: [Int: Recognition] = [:]
  /// Chunks without a file that could be an answer, silent ones not among them.
  public private(set) var missing: [PlanDocument.ChunkFile] = []
  /// Files that should be answers and could not be read.
  public private(set) var unreadable: [Finding] = []
  /// Answers that were not read, because the chunk has a better one.
  public private(set) var unused: [String] = []
  /// Answers that are older than the plan: if it was made anew since, they are to other audio.
  public private(set) var older: [String] = []
  /// Files that belong to no chunk of the plan.
  public private(set) var strangers: [String] = []

  /// The plan, the answers and the chunk files: all that is in the folder and not a stranger.
  public private(set) var contents: [String] = [planName]

  /// The plan's name in its folder.
  public static let planName = "plan.json"
  /// Extensions of answers, the likeliest to tell times first.
  public static let extensions = ["json", "srt", "vtt", "txt"]

  /// Reads a folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - profile: The service of a name, as the plan names its provider; built-in services are known without.
  /// - Throws: `AnswerFolderError` if there is no plan. An answer that is missing or cannot be read is no error here.
  public static func read(
    _ path: String,
    profile: @escaping @Sendable (String) -> ServiceProfile? = { name in
      ServiceProfile.all.first { $0.name == name }
    }
  ) async throws(AnswerFolderError) -> AnswerFolder {
    let result = await ThreadLanes(name: "longscribe stitch", most: 1).run {
      Transcriber.result { () throws(AnswerFolderError) in
        var folder = try AnswerFolder(path)
        folder.readAnswers(of: profile(folder.plan.recognizer.provider))
        return folder
      }
    }
    return try result.get()
  }

  /// The record of the work: what has no answer is a gap in its transcript.
  public var record: JobRecord {
    var failures: [Int: RecognitionFailure] = [:]
    for finding in unreadable where failures[finding.chunk.index] == nil {
      var failure = finding.failure
      failure.message = "\(FileName.printable(finding.name)): \(failure.message)"
      failures[finding.chunk.index] = failure
    }
    return plan.record(answers: answers, failures: failures)
  }

  private init(_ path: String) throws(AnswerFolderError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let place = "\(self.path)/\(Self.planName)"
    let names: [String]
    do throws(BoundedFile.Problem) {
      names = try FolderListing.names(in: path)
    } catch {
      throw .noFolder(path, reason: error.description)
    }
    let bytes: Data
    do throws(BoundedFile.Problem) {
      bytes = try BoundedFile.read(place, most: PlanDocument.maximumBytes)
    } catch {
      if case .tooLarge = error {
        throw .badPlan(place, PlanDocumentError(.tooLarge, error.description))
      }
      let isMissing = !names.contains(Self.planName)
      throw .noPlan(place, reason: isMissing ? "no such file" : error.description)
    }
    do throws(PlanDocumentError) {
      plan = try PlanDocument(json: bytes)
    } catch {
      throw .badPlan(place, error)
    }
    sort(names)
  }

  /// The answers of each chunk in the order in which they are tried, by the chunk's place in the plan.
  private var candidates: [[String]] = []

  private mutating func sort(_ names: [String]) {
    var found: [String: [(rank: Int, name: String)]] = [:]
    let stems = Set(plan.chunks.map(\.stem))
    for name in names.sorted() where name != Self.planName {
      let parts = Self.parts(of: name)
      guard stems.contains(parts.stem) else {
        if !name.hasPrefix(".") { strangers.append(name) }
        continue
      }
      contents.append(name)
      if let rank = Self.extensions.firstIndex(of: parts.ending) {
        found[parts.stem, default: []].append((rank, name))
      }
    }
    candidates = plan.chunks.map { file in
      (found[file.stem] ?? []).filter { $0.name != file.name }
        .sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.name)
    }
  }

  private static func parts(of name: String) -> (stem: String, ending: String) {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return (name, "") }
    return (String(name[..<dot]), name[name.index(after: dot)...].lowercased())
  }

  private mutating func readAnswers(of profile: ServiceProfile?) {
    let planned = BoundedFile.modified("\(path)/\(Self.planName)") ?? 0
    for (file, names) in zip(plan.chunks, candidates) {
      for (place, name) in names.enumerated() {
        do throws(RecognitionFailure) {
          answers[file.chunk.index] = try answer(name, of: profile)
          unused += names[(place + 1)...]
          if let modified = BoundedFile.modified("\(path)/\(name)"), modified < planned {
            older.append(name)
          }
          break
        } catch {
          unreadable.append(Finding(name: name, chunk: file.chunk, failure: error))
        }
      }
      if names.isEmpty, !file.isSilent { missing.append(file) }
    }
  }

  private func answer(
    _ name: String, of profile: ServiceProfile?
  ) throws(RecognitionFailure) -> Recognition {
    let bytes: Data
    do throws(BoundedFile.Problem) {
      bytes = try BoundedFile.read("\(path)/\(name)", most: Recognition.maximumAnswerBytes)
    } catch {
      throw RecognitionFailure(.unexpectedResponse, message: error.description, retry: .never)
    }
    var answer = try Recognition(
      answer: bytes, mayBeText: Self.parts(of: name).ending != "json", of: profile,
      model: plan.recognizer.model)
    answer.raw = Data()
    return answer
  }
}
