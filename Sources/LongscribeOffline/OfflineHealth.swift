/// Whether the offline recogniser can work, found out without loading its model.
package enum OfflineHealth {
  /// Why it cannot; `nil` if library and model are there.
  package static var problem: String? {
    do throws(PocketSphinxError) {
      _ = try PocketSphinxModel.locate()
      _ = try PocketSphinxLibrary.load()
      return nil
    } catch {
      return error.description
    }
  }
}
