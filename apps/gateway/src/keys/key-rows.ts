import type { IssuedKey, PreviousSecret } from '@proxyapi/server'
import type { Insertable, Selectable } from 'kysely'
import type { KeyTables } from './key-tables.ts'

/** A key's row as it is read: PostgreSQL's driver gives whole numbers of 64 bits as text. */
export type KeyRow = { readonly [Column in keyof Selectable<KeyTables['issued_keys']>]: Selectable<KeyTables['issued_keys']>[Column] }

type Fields = Pick<IssuedKey, 'role' | 'models' | 'routes' | 'tags' | 'metadata' | 'criticality' | 'limits' | 'budget'>

function numberOf(value: number | string | null): number | undefined {
  return value === null ? undefined : Number(value)
}

export function toRow(key: IssuedKey): Insertable<KeyTables['issued_keys']> {
  const { role, models, routes, tags, metadata, criticality, limits, budget } = key
  const fields: Fields = { role, models, routes, tags, metadata, criticality, limits, budget }
  return {
    id: key.id,
    prefix: key.prefix,
    name: key.name,
    owner: key.owner ?? null,
    team: key.team ?? null,
    fields: JSON.stringify(fields),
    is_blocked: key.isBlocked ? 1 : 0,
    created_at_ms: key.createdAtMs,
    created_by: key.createdBy ?? null,
    updated_at_ms: key.updatedAtMs,
    expires_at_ms: key.expiresAtMs ?? null,
    last_used_at_ms: key.lastUsedAtMs ?? null,
  }
}

export function fromRow(row: KeyRow, previous: readonly PreviousSecret[]): IssuedKey {
  const fields = JSON.parse(row.fields) as Fields // as `toRow` wrote it
  return {
    ...fields,
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    owner: row.owner ?? undefined,
    team: row.team ?? undefined,
    isBlocked: row.is_blocked !== 0,
    createdAtMs: Number(row.created_at_ms),
    createdBy: row.created_by ?? undefined,
    updatedAtMs: Number(row.updated_at_ms),
    expiresAtMs: numberOf(row.expires_at_ms),
    lastUsedAtMs: numberOf(row.last_used_at_ms),
    previous,
  }
}

export function toPrevious(row: { readonly prefix: string; readonly expires_at_ms: number | string | null }): readonly PreviousSecret[] {
  const expiresAtMs = numberOf(row.expires_at_ms)
  return expiresAtMs === undefined ? [] : [{ prefix: row.prefix, expiresAtMs }]
}
