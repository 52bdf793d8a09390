import type { Connection, SqlValue } from '../sqlite/connection.ts'
import { StorageError } from '../sqlite/storage-error.ts'

interface Result {
  readonly rows: readonly unknown[]
  readonly rowCount: number | null
}

export interface Client {
  readonly query: (sql: string, values?: readonly SqlValue[]) => Promise<Result>
  /** An error says that the connection is not to be used again. */
  readonly release: (error?: Error) => void
  readonly on: (event: 'error', listener: () => void) => unknown
}

/** The part of the `pg` package that is used: its own types stay out of ours, because the package is optional. */
export interface Pool {
  readonly connect: () => Promise<Client>
  readonly end: () => Promise<void>
  readonly on: (event: 'error' | 'connect', listener: (subject: Client) => void) => unknown
}

interface Driver {
  readonly Pool: new (options: object) => Pool
  readonly types: { readonly getTypeParser: (type: number, format?: string) => unknown }
}

const [bigint, json, numeric] = [20, 114, 1700]
const connectTimeoutMs = 2_000
/** A statement of the recorder is done in milliseconds; one that is not has met a server that is frozen, or a lock. */
const statementTimeoutMs = 5_000
/** One writes, one keeps the audit chain, the others read. */
const maxConnections = 4

async function loadDriver(): Promise<Driver> {
  try {
    const loaded = (await import('pg')) as unknown as { readonly default: Driver } // a CommonJS package: all of it is the default
    return loaded.default
  } catch (cause) {
    throw new StorageError({ message: 'PostgreSQL needs the package "pg": install it beside @proxyapi/logging', retryable: false, cause })
  }
}

/** Whole numbers as numbers, as SQLite gives them: amounts that a number can't hold exactly are selected as texts. JSON stays a text. */
function toTypes({ types }: Driver): Driver['types'] {
  return {
    getTypeParser: (type, format) => {
      if (type === bigint || type === numeric) return Number
      return type === json ? String : types.getTypeParser(type, format)
    },
  }
}

/** Connects when it is first used. @throws StorageError without the package */
export async function createPool(url: string): Promise<Pool> {
  const driver = await loadDriver()
  const pool = new driver.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 500,
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'proxyapi records',
    types: toTypes(driver),
  })
  // A connection that breaks while nobody uses it: the pool makes another. In use, its queries fail with the reason.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

/** `?` is the placeholder of both databases here; PostgreSQL numbers its own. */
function numbered(sql: string): string {
  let number = 0
  return sql.replaceAll('?', () => `$${++number}`)
}

/** PostgreSQL keeps no zero in a text. */
function storable(values: readonly SqlValue[]): readonly SqlValue[] {
  return values.map((value) => (typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value))
}

/** A connection in the words that the records' SQL is written for. */
export function toConnection(client: Client): Connection {
  return {
    run: async (sql, values = []) => (await client.query(numbered(sql), storable(values))).rowCount ?? 0,
    all: async <Row>(sql: string, values: readonly SqlValue[] = []) =>
      (await client.query(numbered(sql), storable(values))).rows as readonly Row[], // the caller names the row that its own SQL selects
    exec: async (sql) => void (await client.query(sql)),
    interrupt: () => undefined,
    close: async () => client.release(),
  }
}
