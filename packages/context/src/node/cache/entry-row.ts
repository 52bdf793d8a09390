import { costWeightOf, type KeyedEntry } from '../../cache/store/entry.ts'

/** What the file knows a key by: 53 bits, so that its index is small. Two keys of one hash replace each other, which is a miss. */
export function keyHash(key: string): number {
  let low = 0x811c9dc5
  let high = 0x9e3779b1
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x85ebca6b)
  }
  return ((high ^ (high >>> 15)) & 0x1fffff) * 2 ** 32 + ((low ^ (low >>> 15)) >>> 0)
}

/** A row of `insertSql`, whose envelope lies at `offset` in the batch's blob. */
export function toRow<Value>(
  [key, { meta }]: KeyedEntry<Value>,
  { offset, length }: { readonly offset: number; readonly length: number },
): readonly unknown[] {
  const { expiresAtMs, model, provider, tags, user } = meta
  const tagList = tags.length === 0 ? null : JSON.stringify(tags)
  return [keyHash(key), key, expiresAtMs, costWeightOf(meta), model, provider, tagList, user, offset, length]
}
