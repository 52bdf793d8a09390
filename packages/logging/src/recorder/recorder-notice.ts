/** What an operator must hear of a recorder at once. */
export type RecorderNotice =
  /** A damaged file was moved out of the way under this name, and a new one begins: what it held is no longer seen. */
  | { readonly type: 'set-aside'; readonly file: string }
  /** Writing fails, by a code of SQLite such as `SQLITE_FULL`, or of PostgreSQL or the network such as `ECONNREFUSED`. What is held is tried again. */
  | { readonly type: 'failing'; readonly reason: string }
  /** Writing works again. */
  | { readonly type: 'working' }
