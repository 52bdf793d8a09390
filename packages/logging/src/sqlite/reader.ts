import { type Connection, openConnection, type SqlValue } from './connection.ts'
import { StorageError, toStorageError } from './storage-error.ts'

/** Reads a SQLite file beside its writer: a long query holds up no write. */
export interface Reader {
  readonly all: <Row>(sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>
  /** Lets go of the file, which another may replace; the next read opens it again. */
  readonly release: () => Promise<void>
  /** For good; queries under way fail. */
  readonly close: () => Promise<void>
}

export function createReader(store: string, file: string): Reader {
  let open: Promise<Connection> | undefined
  let closed = false
  const release = async (): Promise<void> => {
    const connection = open
    open = undefined
    await connection?.then((opened) => opened.close()).catch(() => undefined) // it was not open, or can't be closed: it is not used again
  }
  return {
    all: async <Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> => {
      if (closed) throw new StorageError({ message: `The ${store} store is closed`, retryable: false })
      try {
        open ??= openConnection(file, { readOnly: true })
        return await (await open).all<Row>(sql, values)
      } catch (error) {
        await release()
        throw toStorageError(error, store)
      }
    },
    release,
    close: async () => {
      closed = true
      // A long query must not hold up the end of the process.
      await open?.then((opened) => opened.interrupt()).catch(() => undefined)
      await release()
    },
  }
}
