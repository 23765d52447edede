// One import is enough to use the library: `import Longscribe`.
@_exported public import LongscribeCore
@_exported public import LongscribeJournal
@_exported public import LongscribeMedia
@_exported public import LongscribeServices
