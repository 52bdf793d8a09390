import { type Generated, type Kysely, type Migration, Migrator } from 'kysely'

/** Lists and records are JSON in text, and times Unix milliseconds: the same in SQLite and PostgreSQL. */
export interface KeyTables {
  readonly issued_keys: {
    readonly id: string
    readonly prefix: string
    readonly name: string
    readonly owner: string | null
    readonly team: string | null
    /** The other fields, as `key-rows.ts` writes them. */
    readonly fields: string
    readonly is_blocked: number
    readonly created_at_ms: number
    readonly created_by: string | null
    readonly updated_at_ms: number
    readonly expires_at_ms: number | null
    readonly last_used_at_ms: number | null
  }
  readonly issued_key_secrets: {
    readonly digest: string
    readonly key_id: string
    readonly prefix: string
    readonly created_at_ms: number
    readonly expires_at_ms: number | null
  }
  readonly issued_key_changes: { readonly sequence: number; readonly key_id: string }
  /** One row. Whoever writes takes it first, so that numbers rise in the order of commits. */
  readonly issued_key_state: { readonly id: Generated<number>; readonly sequence: number; readonly secret_check: string | null }
}

const first: Migration = {
  up: async (db: Kysely<unknown>) => {
    await db.schema
      .createTable('issued_keys')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('owner', 'text')
      .addColumn('team', 'text')
      .addColumn('fields', 'text', (column) => column.notNull())
      .addColumn('is_blocked', 'integer', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text')
      .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint')
      .addColumn('last_used_at_ms', 'bigint')
      .execute()
    await db.schema.createIndex('issued_keys_by_time').ifNotExists().on('issued_keys').columns(['created_at_ms desc', 'id desc']).execute()
    await db.schema
      .createTable('issued_key_secrets')
      .ifNotExists()
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull().references('issued_keys.id').onDelete('cascade'))
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint')
      .execute()
    await db.schema.createIndex('issued_key_secrets_by_key').ifNotExists().on('issued_key_secrets').column('key_id').execute()
    await db.schema
      .createTable('issued_key_changes')
      .ifNotExists()
      .addColumn('sequence', 'bigint', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('issued_key_state')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('sequence', 'bigint', (column) => column.notNull())
      .addColumn('secret_check', 'text')
      .execute()
  },
}

/** Steps by name, in order; a step that has been released is never changed. */
const migrations: Readonly<Record<string, Migration>> = { '2026-12-issued-keys': first }

/** Brings the tables to their present form. @throws the database's error */
export async function migrateKeyTables(db: Kysely<KeyTables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: 'proxyapi_key_migrations',
    migrationLockTableName: 'proxyapi_key_migration_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('The tables of issued keys could not be made.', { cause: error })
  await db
    .insertInto('issued_key_state')
    .values({ id: 1, sequence: 0, secret_check: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
