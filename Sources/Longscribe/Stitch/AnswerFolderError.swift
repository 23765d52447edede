/// Why there is nothing to put together in a folder.
public enum AnswerFolderError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no such folder.
  case noFolder(String, reason: String)
  /// The folder has no plan, or it may not be read.
  case noPlan(String, reason: String)
  /// What is called `plan.json` is no plan.
  case badPlan(String, PlanDocumentError)

  /// One line that names the file and what is wrong.
  public var description: String {
    switch self {
    case .noFolder(let folder, let reason): "\(FileName.printable(folder)): \(reason)"
    case .noPlan(let path, let reason): "\(FileName.printable(path)): \(reason)"
    case .badPlan(let path, let error):
      "\(FileName.printable(path)) is no plan: \(error.description)"
    }
  }
}
