import { type LoggingDeps, systemDeps } from '../deps.ts'
import type { AttemptRecord, CallRecord } from '../record/call-record.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { Database } from '../sqlite/database.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { pruneOldest } from '../sqlite/prune-oldest.ts'
import { checkSecret, createPseudonyms } from '../sqlite/pseudonym.ts'
import { createRowStore, type Store } from '../sqlite/row-store.ts'
import { boundText, boundTexts, type ReceiptBody, toReceiptBody } from './receipt-body.ts'
import { createReceiptRing, type HeldReceipt } from './receipt-ring.ts'

/** Who wants to read a receipt; without an id: a caller of a gateway without keys. */
export interface ReceiptReader {
  /** Of the key. */
  readonly id?: string | undefined
  readonly role?: string | undefined
}

/** The receipts of the last calls: the latest in memory, more of them in one SQLite file. */
export interface ReceiptStore extends Store {
  /** Takes a call's receipt. Never throws and never waits. */
  readonly add: (receipt: CallRecord) => void
  /** For the key that made the call, and for admins; `undefined` for everybody else, as when there is none. */
  readonly get: (id: string, reader: ReceiptReader) => Promise<ReceiptBody | undefined>
  /** Receipts of an end user's calls. */
  readonly count: (user: string) => Promise<number>
  /**
   * Deletes the receipts of an end user's calls and gives their number.
   * @throws StorageError when it could not be done
   */
  readonly erase: (user: string) => Promise<number>
}

export interface ReceiptStoreOptions {
  readonly file: string
  /** Keys the pseudonyms of end users. */
  readonly secret: string
  /** Default: 100,000. */
  readonly maxReceipts?: number | undefined
  /** Of them also in memory. Default: 1,000. */
  readonly maxInMemory?: number | undefined
  /** Default: one day. */
  readonly ttlMs?: number | undefined
}

const schema = `
CREATE TABLE IF NOT EXISTS receipts (
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  user TEXT NOT NULL,
  ended_at_ms INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  PRIMARY KEY (id, owner)
);
CREATE INDEX IF NOT EXISTS receipts_user ON receipts (user) WHERE user <> '';`

/*
 * A caller may name its request, so an id alone says nothing about whose it is: the owner is part of the key, and nobody's receipt is
 * overwritten by another's call of the same name.
 */
const target = {
  table: 'receipts',
  columns: ['id', 'owner', 'user', 'ended_at_ms', 'receipt'],
  ending: 'ON CONFLICT (id, owner) DO UPDATE SET user = excluded.user, ended_at_ms = excluded.ended_at_ms, receipt = excluded.receipt',
}

async function writeReceipts(connection: Connection, batch: readonly HeldReceipt[]): Promise<void> {
  const rows = batch.map(({ receipt, owner, user }) => [receipt.id, owner, user, receipt.endedAtMs, JSON.stringify(receipt)])
  await insertRows(connection, target, rows)
}

/**
 * What is kept of a receipt: the fields that are known here and no others, no error but its code, because its text may quote a prompt, and
 * nothing without end.
 */
function toStored(receipt: CallRecord): CallRecord {
  const { error, principal, model } = receipt
  return {
    id: receipt.id,
    operation: receipt.operation,
    principal: principal && { id: principal.id, name: principal.name, role: principal.role },
    requestedModel: boundText(receipt.requestedModel),
    model: model && boundText(model),
    provider: receipt.provider,
    stream: receipt.stream,
    outcome: receipt.outcome,
    error: error && { code: error.code, message: '', fault: error.fault },
    winner: receipt.winner,
    attempts: receipt.attempts.some(isLong) ? receipt.attempts.map(toBoundAttempt) : receipt.attempts,
    usage: receipt.usage,
    costNanoUsd: receipt.costNanoUsd,
    wastedNanoUsd: receipt.wastedNanoUsd,
    cache: receipt.cache,
    condensation: receipt.condensation,
    dropped: boundTexts(receipt.dropped),
    tags: boundTexts(receipt.tags),
    startedAtMs: receipt.startedAtMs,
    firstContentAtMs: receipt.firstContentAtMs,
    endedAtMs: receipt.endedAtMs,
  }
}

const isLong = ({ model }: AttemptRecord): boolean => model !== boundText(model)

function toBoundAttempt(attempt: AttemptRecord): AttemptRecord {
  return { ...attempt, model: boundText(attempt.model) }
}

async function readBody(
  database: Database,
  sought: { id: string; owner: string | undefined; oldestMs: number },
): Promise<ReceiptBody | undefined> {
  const { id, owner, oldestMs } = sought
  const sql = 'SELECT receipt FROM receipts WHERE id = ? AND ended_at_ms >= ? AND (owner = ? OR ?) ORDER BY ended_at_ms DESC LIMIT 1'
  const [row] = await database.all<{ receipt: string }>(sql, [id, oldestMs, owner ?? '', owner === undefined ? 1 : 0])
  return row === undefined ? undefined : toReceiptBody(JSON.parse(row.receipt) as CallRecord) // written by this store
}

/** @throws TypeError when the secret is too short to protect anything */
export function createReceiptStore(options: ReceiptStoreOptions, deps: LoggingDeps = systemDeps): ReceiptStore {
  const { file, secret, maxReceipts = 100_000, maxInMemory = 1000, ttlMs = 86_400_000 } = options
  checkSecret(secret, 'receipt')
  const pseudonyms = createPseudonyms(secret, 'usage')
  const ring = createReceiptRing(maxInMemory)
  const sweep = (connection: Connection, nowMs: number): Promise<void> =>
    pruneOldest(connection, { table: 'receipts', timeColumn: 'ended_at_ms', before: nowMs - ttlMs, maxRows: maxReceipts })
  const store = createRowStore<HeldReceipt>(
    { store: 'receipt', file, schema, write: writeReceipts, sweep, maxBatch: 250, maxHeld: 2000 },
    deps,
  )
  return {
    add: (receipt) => {
      const { user } = receipt
      const held: HeldReceipt = {
        receipt: toStored(receipt),
        owner: receipt.principal?.id ?? '',
        user: user === undefined ? '' : pseudonyms.of(user),
      }
      ring.add(held)
      store.add(held)
    },
    get: async (id, { id: reader = '', role }) => {
      const owner = role === 'admin' ? undefined : reader
      const oldestMs = deps.now() - ttlMs
      const held = ring.get(id, owner)
      if (held !== undefined) return held.receipt.endedAtMs < oldestMs ? undefined : toReceiptBody(held.receipt)
      return await readBody(await store.settled(), { id, owner, oldestMs })
    },
    count: async (user) => {
      const database = await store.settled()
      const [row] = await database.all<{ count: number }>('SELECT count(*) AS count FROM receipts WHERE user = ?', [pseudonyms.of(user)])
      return row?.count ?? 0
    },
    erase: async (user) => {
      const pseudonym = pseudonyms.of(user)
      ring.remove(pseudonym)
      const erased = await store.erase((connection) => connection.run('DELETE FROM receipts WHERE user = ?', [pseudonym]))
      pseudonyms.forget(user)
      return erased
    },
    flush: store.flush,
    figures: store.figures,
    close: store.close,
  }
}
