private import CSQLite

/// Kinds of file systems on which processes of several machines meet.
///
/// WAL needs memory that all readers share, which only one machine has (sqlite.org/wal.html, "All processes using a database must be on the same
/// host computer"); so there the journal does without. The numbers are those of statfs(2) and of the systems' own documents.
package enum NetworkFileSystem {
  private static let names: [UInt32: String] = [
    0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x517B: "SMB", 0x0102_1997: "9p",
    0x00C3_6400: "Ceph", 0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS", 0x7375_7245: "Coda", 0x6573_5546: "FUSE", 0x7461_636F: "OCFS2",
    0x0116_1970: "GFS2", 0x1983_0326: "BeeGFS", 0x564C: "NCP",
  ]

  /// The name of a kind by its number; `nil` for those of one machine.
  package static func name(ofKind kind: UInt32) -> String? { names[kind] }

  /// The name of the network file system that a folder lies on; `nil` if it is none.
  package static func name(at path: String) -> String? {
    name(ofKind: ls_file_system_kind(path))
  }
}
