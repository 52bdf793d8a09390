import { closeSync, openSync } from 'node:fs'
import type { KeyStore } from '@proxyapi/server'
import { type Dialect, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { KeyTables } from './key-tables.ts'
import { openSqlKeyStore } from './sql-key-store.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

/** Keys are looked up seldom and followed by one query: few connections do. */
const maxConnections = 5
const connectTimeoutMs = 3_000
const statementTimeoutMs = 2_000

function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    application_name: 'proxyapi',
  })
  // A connection that breaks while nobody uses it: the pool makes another.
  pool.on('error', () => undefined)
  // The same while it is in use: its queries fail with the reason, and nobody listening for the event itself would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return new PostgresDialect({ pool })
}

/** SQLite makes files that everybody may read; this one is its owner's alone. */
function reserveFile(file: string): string {
  closeSync(openSync(file, 'a', 0o600))
  return file
}

async function open(dialect: Dialect, secret: string): Promise<KeyStore> {
  const db = new Kysely<KeyTables>({ dialect })
  try {
    return await openSqlKeyStore(db, secret)
  } catch (error) {
    await db.destroy().catch(() => undefined) // the first error says why
    throw error
  }
}

export const openPostgresKeys = (url: string, secret: string): Promise<KeyStore> => open(postgresDialect(url), secret)

export const openSqliteKeys = (file: string, secret: string): Promise<KeyStore> => open(createSqliteDialect(reserveFile(file)), secret)
