// SQLite as a module: what Swift cannot import of its header is wrapped here.

#ifndef LONGSCRIBE_SQLITE_SHIM_H
#define LONGSCRIBE_SQLITE_SHIM_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/vfs.h>

// The number of the kind of file system that a path lies on, as statfs(2) lists them; 0 if it cannot be told. Swift's module of the C library
// does not have statfs.
static inline uint32_t ls_file_system_kind(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (uint32_t)status.f_type : 0;
}

// SQLITE_TRANSIENT is a cast of -1 to a function pointer: SQLite copies the bytes before the call returns.
static inline int ls_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count) {
  // An empty text may come without an address, which would bind NULL.
  return sqlite3_bind_text64(statement, index, text ? text : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int ls_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

#endif
