import { numberOrNull, quote, quoteOrNull } from '../record/json-text.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import { positions } from './requests.sql.ts'

/** An entry as the JSON array of its row, in the order of `positions`. Written by hand, because every request passes here; a test holds it against the table. */
export function toEntryText(entry: LedgerEntry): string {
  const who = `[${quote(entry.id)},${numberOrNull(entry.startedAtMs)},${numberOrNull(entry.endedAtMs)},${quote(entry.keyId)},${quote(entry.keyName)}`
  const dimensions = `,${quote(entry.user)},${quote(entry.tags)},${quote(entry.provider)},${quote(entry.model)},${quote(entry.requestedModel)}`
  const end = `,${quote(entry.outcome)},${quoteOrNull(entry.errorCode)},${entry.stream},${entry.attempts}`
  const input = `,${entry.uncachedInputTokens},${entry.cachedInputTokens},${entry.cacheWriteTokens},${entry.cacheWriteOneHourTokens}`
  const output = `,${entry.audioInputTokens},${entry.outputTokens},${entry.reasoningTokens},${entry.audioOutputTokens}`
  const lost = `,${entry.wastedTokens},${entry.savedTokens},${numberOrNull(entry.costNanoUsd)},${entry.wastedNanoUsd},${entry.unpricedAttempts}`
  const saved = `,${entry.savedByCacheNanoUsd},${entry.savedByCondensationNanoUsd}`
  const times = `,${numberOrNull(entry.latencyMs)},${numberOrNull(entry.firstContentMs)},${numberOrNull(entry.upstreamMs)}`
  const rest = `,${quoteOrNull(entry.cacheStatus)},${quote(entry.endpoint)},${numberOrNull(entry.status)},${quote(entry.operation)},${quoteOrNull(entry.team)}]`
  return who + dimensions + end + input + output + lost + saved + times + rest
}

/** An entry as it was before it was written. */
export function fromEntryText(text: string): LedgerEntry {
  const fields = JSON.parse(text) as readonly unknown[] // written by `toEntryText`
  return Object.fromEntries(positions.map(([, field], index) => [field, fields[index] ?? null])) as unknown as LedgerEntry
}
