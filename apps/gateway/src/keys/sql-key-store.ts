import { createHmac } from 'node:crypto'
import { ProxyApiError } from '@proxyapi/core'
import type { FoundKey, IssuedKey, KeyChanges, KeyQuery, KeySecret, KeyStore, PreviousSecret } from '@proxyapi/server'
import { type Kysely, sql, type Transaction } from 'kysely'
import { fromRow, toPrevious, toRow } from './key-rows.ts'
import { type KeyTables, migrateKeyTables } from './key-tables.ts'

type Db = Kysely<KeyTables> | Transaction<KeyTables>

/** A key may have as many secrets at once; the oldest gives way. */
const maxSecrets = 10
/** Who has missed more changes than these looks everything up anew. */
const keptChanges = 10_000
const maxChangesRead = 1_000
/** Rows of one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const touchedAtOnce = 500

async function previousOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, readonly PreviousSecret[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('issued_key_secrets')
    .select(['key_id', 'prefix', 'expires_at_ms'])
    .where('key_id', 'in', [...ids])
    .where('expires_at_ms', 'is not', null)
    .orderBy('expires_at_ms')
    .execute()
  const byKey = new Map<string, readonly PreviousSecret[]>()
  for (const row of rows) byKey.set(row.key_id, [...(byKey.get(row.key_id) ?? []), ...toPrevious(row)])
  return byKey
}

async function read(db: Db, id: string): Promise<IssuedKey | undefined> {
  const row = await db.selectFrom('issued_keys').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : fromRow(row, (await previousOf(db, [id])).get(id) ?? [])
}

async function find(db: Db, digest: string, nowMs: number): Promise<FoundKey | undefined> {
  const held = await db.selectFrom('issued_key_secrets').select(['key_id', 'expires_at_ms']).where('digest', '=', digest).executeTakeFirst()
  if (held === undefined) return undefined
  const secretExpiresAtMs = held.expires_at_ms === null ? undefined : Number(held.expires_at_ms)
  if (secretExpiresAtMs !== undefined && secretExpiresAtMs <= nowMs) return undefined
  const key = await read(db, held.key_id)
  return key === undefined ? undefined : { key, secretExpiresAtMs }
}

/** The number of the next change. Takes the one row of the state, so that writers follow one another. */
async function nextSequence(db: Db): Promise<number> {
  const { sequence } = await db
    .updateTable('issued_key_state')
    .set(({ eb }) => ({ sequence: eb('sequence', '+', 1) }))
    .where('id', '=', 1)
    .returning('sequence')
    .executeTakeFirstOrThrow()
  return Number(sequence)
}

async function recordChange(db: Db, sequence: number, keyId: string): Promise<void> {
  await db.insertInto('issued_key_changes').values({ sequence, key_id: keyId }).execute()
  await db
    .deleteFrom('issued_key_changes')
    .where('sequence', '<=', sequence - keptChanges)
    .execute()
}

async function addSecret(db: Db, keyId: string, secret: KeySecret & { readonly nowMs: number }): Promise<void> {
  const { digest, prefix, nowMs } = secret
  const known = await db.selectFrom('issued_key_secrets').select('digest').where('digest', '=', digest).executeTakeFirst()
  if (known !== undefined) throw new ProxyApiError({ code: 'conflict', message: 'This secret has been issued already.' })
  await db.insertInto('issued_key_secrets').values({ digest, prefix, key_id: keyId, created_at_ms: nowMs, expires_at_ms: null }).execute()
}

/** Lets the secrets of a key serve until a moment at most, and drops those that are done. */
async function retireSecrets(db: Db, keyId: string, { nowMs, graceUntilMs }: { readonly nowMs: number; readonly graceUntilMs: number }) {
  await db
    .updateTable('issued_key_secrets')
    .set({ expires_at_ms: graceUntilMs })
    .where('key_id', '=', keyId)
    .where((eb) => eb.or([eb('expires_at_ms', 'is', null), eb('expires_at_ms', '>', graceUntilMs)]))
    .execute()
  await db.deleteFrom('issued_key_secrets').where('key_id', '=', keyId).where('expires_at_ms', '<=', nowMs).execute()
  const surplus = await db
    .selectFrom('issued_key_secrets')
    .select('digest')
    .where('key_id', '=', keyId)
    .orderBy('created_at_ms', 'desc')
    .limit(100)
    .offset(maxSecrets - 1)
    .execute()
  for (const { digest } of surplus) await db.deleteFrom('issued_key_secrets').where('digest', '=', digest).execute()
}

async function list(db: Db, { limit, after, team, owner }: KeyQuery): Promise<readonly IssuedKey[]> {
  let query = db.selectFrom('issued_keys').selectAll()
  if (team !== undefined) query = query.where('team', '=', team)
  if (owner !== undefined) query = query.where('owner', '=', owner)
  if (after !== undefined) {
    const { createdAtMs, id } = after
    query = query.where((eb) => eb.or([eb('created_at_ms', '<', createdAtMs), eb('created_at_ms', '=', createdAtMs).and('id', '<', id)]))
  }
  const rows = await query.orderBy('created_at_ms', 'desc').orderBy('id', 'desc').limit(limit).execute()
  const previous = await previousOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => fromRow(row, previous.get(row.id) ?? []))
}

async function changesAfter(db: Db, before: number | undefined): Promise<KeyChanges> {
  const state = await db.selectFrom('issued_key_state').select('sequence').where('id', '=', 1).executeTakeFirstOrThrow()
  const sequence = Number(state.sequence)
  if (before === undefined || before === sequence) return { sequence, ids: [] }
  // A number that lies ahead is another database's.
  if (before > sequence || sequence - before > maxChangesRead) return { sequence, ids: undefined }
  const rows = await db
    .selectFrom('issued_key_changes')
    .select('key_id')
    .where('sequence', '>', before)
    .where('sequence', '<=', sequence)
    .execute()
  return { sequence, ids: rows.length === sequence - before ? rows.map((row) => row.key_id) : undefined }
}

async function touch(db: Db, uses: readonly (readonly [id: string, atMs: number])[]): Promise<void> {
  // Both databases call the columns of a list of values so.
  const values = sql.join(uses.map(([id, atMs]) => sql`(${id}, cast(${atMs} as bigint))`))
  await sql`update issued_keys set last_used_at_ms = used.column2 from (values ${values}) as used
    where issued_keys.id = used.column1 and (last_used_at_ms is null or last_used_at_ms < used.column2)`.execute(db)
}

/** Keys are kept under the gateway's secret: under another one none of them would be known. */
async function checkSecret(db: Db, secret: string): Promise<void> {
  const check = createHmac('sha256', secret).update('issued-keys').digest('hex')
  await db.updateTable('issued_key_state').set({ secret_check: check }).where('id', '=', 1).where('secret_check', 'is', null).execute()
  const state = await db.selectFrom('issued_key_state').select('secret_check').where('id', '=', 1).executeTakeFirstOrThrow()
  if (state.secret_check === check) return
  const message =
    'The issued keys in this database were made under another secret. Give every gateway of the database the same PROXYAPI_SECRET: the one that the first had.'
  throw new ProxyApiError({ code: 'invalid_config', message })
}

/**
 * Issued keys in a database that Kysely speaks to; makes and migrates its tables.
 *
 * @throws ProxyApiError `invalid_config` when the keys that are there were made under another secret; the database's error
 */
export async function openSqlKeyStore(db: Kysely<KeyTables>, secret: string): Promise<KeyStore> {
  await migrateKeyTables(db)
  await checkSecret(db, secret)
  /** One step that nothing comes between, and that others hear of. */
  const write = <Result>(id: string, work: (tx: Transaction<KeyTables>) => Promise<Result>): Promise<Result> =>
    db.transaction().execute(async (tx) => {
      const sequence = await nextSequence(tx)
      const result = await work(tx)
      await recordChange(tx, sequence, id)
      return result
    })
  return {
    create: (key, secretOfKey) =>
      write(key.id, async (tx) => {
        await tx.insertInto('issued_keys').values(toRow(key)).execute()
        await addSecret(tx, key.id, { ...secretOfKey, nowMs: key.createdAtMs })
      }),
    find: (digest, nowMs) => find(db, digest, nowMs),
    get: (id) => read(db, id),
    list: (query) => list(db, query),
    update: (id, change) =>
      write(id, async (tx) => {
        const present = await read(tx, id)
        if (present === undefined) return undefined
        const next = change(present)
        const { id: _id, last_used_at_ms: _used, ...row } = toRow(next)
        await tx.updateTable('issued_keys').set(row).where('id', '=', id).execute()
        return next
      }),
    rotate: (id, secretOfKey, times) =>
      write(id, async (tx) => {
        const present = await read(tx, id)
        if (present === undefined) return undefined
        await retireSecrets(tx, id, times)
        await addSecret(tx, id, { ...secretOfKey, nowMs: times.nowMs })
        await tx.updateTable('issued_keys').set({ prefix: secretOfKey.prefix, updated_at_ms: times.nowMs }).where('id', '=', id).execute()
        return read(tx, id)
      }),
    remove: (id) =>
      write(id, async (tx) => {
        await tx.deleteFrom('issued_key_secrets').where('key_id', '=', id).execute()
        const { numDeletedRows } = await tx.deleteFrom('issued_keys').where('id', '=', id).executeTakeFirstOrThrow()
        return numDeletedRows > 0n
      }),
    touch: async (uses) => {
      const all = [...uses]
      for (let start = 0; start < all.length; start += touchedAtOnce) await touch(db, all.slice(start, start + touchedAtOnce))
    },
    changesAfter: (before) => changesAfter(db, before),
    close: () => db.destroy(),
  }
}
