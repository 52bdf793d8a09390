import type { Connection } from '../sqlite/connection.ts'
import { insertRows } from '../sqlite/insert-rows.ts'
import { boundName, keyedPseudonym } from '../sqlite/pseudonym.ts'

/** Who stands behind a pseudonym: an end user, or an address. */
export interface SubjectName {
  readonly kind: 'user' | 'address'
  readonly name: string
}

export function toSubject(kind: SubjectName['kind'], name: string): SubjectName {
  return { kind, name: boundName(name) }
}

/*
 * Every subject has a random key of its own, found by a keyed digest of the name; the pseudonym is the name under that key. Destroy the key
 * and nobody, the operator included, can tell any more whose pseudonym it was, while the records, and so the chain, stay as they are.
 */
export function toLookup(secret: string, { kind, name }: SubjectName): string {
  return keyedPseudonym(secret, `${kind}\n${name}`)
}

export function toPseudonym(key: string, { kind, name }: SubjectName): string {
  return `${kind}_${keyedPseudonym(key, name)}`
}

interface KeyRow {
  readonly lookup: string
  readonly key: string
}

export interface SubjectKeys {
  readonly secret: string
  readonly nowMs: number
  readonly newKey: () => string
}

/** Pseudonyms by lookup for all names, keys drawn for those that have none. Within the caller's transaction. */
export async function resolveSubjects(
  connection: Connection,
  names: readonly SubjectName[],
  { secret, nowMs, newKey }: SubjectKeys,
): Promise<ReadonlyMap<string, string>> {
  const byLookup = new Map(names.map((name) => [toLookup(secret, name), name]))
  const rows = [...byLookup.keys()].map((lookup) => [lookup, newKey(), nowMs])
  const ending = 'ON CONFLICT (lookup) DO UPDATE SET used_at_ms = excluded.used_at_ms RETURNING lookup, key'
  const target = { table: 'audit_subjects', columns: ['lookup', 'key', 'used_at_ms'], ending }
  const keys = await insertRows<KeyRow>(connection, target, rows)
  const pseudonyms = new Map<string, string>()
  for (const { lookup, key } of keys) {
    const name = byLookup.get(lookup)
    if (name !== undefined) pseudonyms.set(lookup, toPseudonym(key, name))
  }
  return pseudonyms
}
