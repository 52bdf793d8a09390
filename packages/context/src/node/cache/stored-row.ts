import { costWeightOf, type EntryMeta } from '../../cache/store/entry.ts'

/** How an entry lies under its key, as Keyv stores it: the envelope, and beside it what the level's index needs. */
export interface StoredRow {
  /** The envelope, base64. */
  readonly e: string
  readonly i: RowIndex
}

/** What a level can select, rank and expire rows by without opening envelopes. */
export interface RowIndex {
  /** Expires at, Unix milliseconds. */
  readonly x: number
  /** Weight by cost. */
  readonly w: number
  readonly m: string
  readonly p: string | null
  readonly t: readonly string[]
  readonly u: string | null
}

export function toRow(envelope: Uint8Array, meta: EntryMeta): StoredRow {
  const { expiresAtMs, model, provider = null, tags, user = null } = meta
  const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength)
  return { e: bytes.toString('base64'), i: { x: expiresAtMs, w: costWeightOf(meta), m: model, p: provider, t: tags, u: user } }
}

/** The envelope of what Keyv gave back; `undefined` when it is not a row of ours. */
export function envelopeOf(row: unknown): Uint8Array | undefined {
  if (typeof row !== 'object' || row === null || !('e' in row) || typeof row.e !== 'string') return undefined
  return Buffer.from(row.e, 'base64')
}

/** JSON for Keyv: its own serializer looks into every field for buffers. `parse` of a damaged row gives nothing. */
export const rowSerializer = {
  serialize: (data: unknown): string => JSON.stringify(data),
  deserialize: <T>(text: string): T | undefined => {
    try {
      return JSON.parse(text) as T
    } catch {
      return undefined
    }
  },
}
