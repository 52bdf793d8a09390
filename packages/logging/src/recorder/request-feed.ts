import type { LoggingDeps } from '../deps.ts'
import { type MaskText, rememberMasked } from '../masking/remember-masked.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { nanosPerUsd } from '../record/money.ts'
import { boundRequest } from './bound-request.ts'
import { isRecorded, type LedgerEntry, toLedgerEntry } from './ledger-entry.ts'
import { maskRequest } from './mask-request.ts'
import { type RequestQuery, type RequestRow, toRequestRow } from './request-query.ts'

/** What happens to requests, as it happens. */
export interface RequestFeed {
  readonly add: (request: CompletedRequest) => void
  /** Returns a function that removes the listener; `undefined` when there are too many. */
  readonly listen: (listener: FeedListener) => (() => void) | undefined
}

/** Who is told of requests, and of which. */
export interface FeedListener {
  readonly query: RequestQuery
  /** Rows after this one are sent at once, as far as they are remembered. `undefined` sends new ones only. */
  readonly afterSequence?: number | undefined
  readonly onRow: (row: RequestRow, sequence: number) => void
  /** So many rows were left out since the last that was sent: more came than anybody can read. */
  readonly onSkipped: (count: number) => void
}

/** Bounds of a feed. */
export interface RequestFeedOptions {
  readonly mask: MaskText
  /** Default: 1,000. */
  readonly maxRemembered?: number | undefined
  /** Default: 10. */
  readonly maxListeners?: number | undefined
  /** Rows a second to one listener. Default: 20. */
  readonly maxRowsPerSecond?: number | undefined
}

type Test = (query: RequestQuery, entry: LedgerEntry, user: string | undefined) => boolean

const isSame = (wanted: string | number | undefined, found: string | number | null): boolean => wanted === undefined || wanted === found
const isAtLeast = (wanted: number | undefined, found: number | null): boolean => wanted === undefined || (found !== null && found >= wanted)

const tests: readonly Test[] = [
  ({ fromMs, toMs }, { startedAtMs }) => (fromMs === undefined || startedAtMs >= fromMs) && (toMs === undefined || startedAtMs < toMs),
  ({ key }, { keyId, keyName }) => key === undefined || key === keyId || key === keyName,
  (query, entry) => isSame(query.requestedModel, entry.requestedModel) && isSame(query.model, entry.model),
  (query, entry) => isSame(query.provider, entry.provider) && isSame(query.endpoint, entry.endpoint),
  (query, entry) => isSame(query.outcome, entry.outcome) && isSame(query.status, entry.status),
  (query, entry) => isSame(query.errorCode, entry.errorCode) && isSame(query.cache, entry.cacheStatus),
  (query, _entry, user) => query.user === undefined || query.user === user,
  ({ tag }, { tags }) => tag === undefined || (JSON.parse(tags) as readonly string[]).includes(tag), // written by `toLedgerEntry`
  (query, entry) => isAtLeast(query.minMs, entry.latencyMs) && isAtLeast(query.minFirstContentMs, entry.firstContentMs),
  ({ minUsd }, { costNanoUsd }) => minUsd === undefined || isAtLeast(Math.round(minUsd * nanosPerUsd), costNanoUsd),
  (query, entry) => isAtLeast(query.minAttempts, entry.attempts),
  ({ id }, entry) => id === undefined || entry.id.startsWith(id),
]

/** Whether a request is among those that a query asks for: the same as the ledger's own answer. Pure. */
function matchesQuery(query: RequestQuery, entry: LedgerEntry, user: string | undefined): boolean {
  return tests.every((test) => test(query, entry, user))
}

/** Counts rows by the second. */
function createThrottle({ onRow, onSkipped }: FeedListener, max: number, now: () => number): FeedListener['onRow'] {
  let second = 0
  let sent = 0
  let skipped = 0
  return (row, sequence) => {
    const current = Math.floor(now() / 1_000)
    if (current !== second) {
      second = current
      sent = 0
    }
    if (sent >= max) {
      skipped++
      return
    }
    if (skipped > 0) onSkipped(skipped)
    skipped = 0
    sent++
    onRow(row, sequence)
  }
}

/** Makes a feed that remembers the latest requests. A listener who reads slower than they come is told how many it missed. */
export function createRequestFeed(options: RequestFeedOptions, deps: Pick<LoggingDeps, 'now'>): RequestFeed {
  const { maxRemembered = 1_000, maxListeners = 10, maxRowsPerSecond = 20 } = options
  const mask = rememberMasked(options.mask)
  const remembered: (CompletedRequest | undefined)[] = []
  const listeners = new Set<(request: CompletedRequest, sequence: number) => void>()
  let sequence = 0
  return {
    add: (request) => {
      if (!isRecorded(request)) return
      sequence++
      remembered[sequence % maxRemembered] = request
      for (const listener of listeners) listener(request, sequence)
    },
    listen: (listener) => {
      if (listeners.size >= maxListeners) return undefined
      const deliver =
        (send: FeedListener['onRow']) =>
        (request: CompletedRequest, number: number): void => {
          const entry = toLedgerEntry(boundRequest(maskRequest(request, mask)), '')
          if (matchesQuery(listener.query, entry, request.call?.user)) send(toRequestRow(entry), number)
        }
      const replay = deliver(listener.onRow)
      const { afterSequence = sequence } = listener
      // A number of another process's life is none of ours.
      const from = afterSequence > sequence ? sequence : Math.max(afterSequence, sequence - maxRemembered)
      for (let number = from + 1; number <= sequence; number++) {
        const request = remembered[number % maxRemembered]
        if (request !== undefined) replay(request, number)
      }
      const live = deliver(createThrottle(listener, maxRowsPerSecond, deps.now))
      listeners.add(live)
      return () => listeners.delete(live)
    },
  }
}
