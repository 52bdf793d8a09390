const brand = '@proxyapi/error'

export interface StorageErrorOptions {
  readonly message: string
  /** SQLite's own code, such as `SQLITE_FULL`. */
  readonly reason?: string | undefined
  /** Whether the same write may succeed later. Default: true. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/** A store could not read or write. Of the same brand and shape as the errors of `@proxyapi/core`. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly brand = brand
  readonly code = 'storage_unavailable'
  readonly reason: string | undefined
  readonly retryable: boolean

  constructor({ message, reason, retryable = true, cause }: StorageErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.reason = reason
    this.retryable = retryable
  }
}

/** Recognises a `StorageError`, also one from another copy of this package. */
export function isStorageError(value: unknown): value is StorageError {
  return typeof value === 'object' && value !== null && 'code' in value && value.code === 'storage_unavailable'
}

/** Codes of a statement or a value that fails today and tomorrow (sqlite.org/rescode.html). */
const hopeless = new Set(['SQLITE_ERROR', 'SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_RANGE', 'SQLITE_TOOBIG', 'SQLITE_MISUSE'])

/** SQLite's code in an error of the driver; `undefined` for any other error. */
export function sqliteCode(error: unknown): string | undefined {
  if (isStorageError(error)) return error.reason
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined
}

/** Whether one row of a write may be what it failed on, by SQLite's codes and by those classes of PostgreSQL's that mean data, integrity and limits. */
export function isRowAtFault({ reason = '' }: StorageError): boolean {
  return /^(22|23|54)...$/.test(reason) || reason === 'SQLITE_CONSTRAINT' || reason === 'SQLITE_MISMATCH' || reason === 'SQLITE_TOOBIG'
}

/** The driver's error as ours. Its own text stays in `cause`: it may quote a path. */
export function toStorageError(error: unknown, store: string): StorageError {
  if (isStorageError(error)) return error
  const reason = sqliteCode(error)
  return new StorageError({
    message: `The ${store} store can't be used: ${reason ?? 'its file or its directory is not accessible'}`,
    reason,
    retryable: reason === undefined || !hopeless.has(reason),
    cause: error,
  })
}

/** Whether SQLite says that a file is damaged, or no database at all. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
}
