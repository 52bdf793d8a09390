import { isStorageError, StorageError } from '../sqlite/storage-error.ts'

/** SQLSTATE of the server, or the system's code of a connection that could not be made. */
function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Values that the server takes at no time: data, integrity, limits (postgresql.org/docs/current/errcodes-appendix.html). */
const isHopeless = (code: string): boolean => /^(22|23|54)/.test(code) && code.length === 5

/** The driver's error as ours. Its own text stays in `cause`: it may quote a value. */
export function toPostgresError(error: unknown, store: string): StorageError {
  if (isStorageError(error)) return error
  const reason = codeOf(error) ?? 'no answer'
  return new StorageError({
    message: `The ${store} store can't be used: PostgreSQL says ${reason}`,
    reason,
    retryable: !isHopeless(reason),
    cause: error,
  })
}
