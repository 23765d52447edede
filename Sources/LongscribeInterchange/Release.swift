/// Which version this is.
package enum Release {
  /// The version of the package, by semantic versioning.
  package static let version = "0.1.0"
}
