import { LRUCache } from 'lru-cache'

/*
 * How often each key was requested lately. A count halves every half-life, so it is about the number of requests in that time.
 * The keys requested last are kept, in two generations: when the younger is full it becomes the older, whose keys are forgotten
 * unless they are requested again. Only those with a count worth a refresh keep their request. Cost of a request: O(1).
 */
export interface PopularityOptions<Request> {
  readonly halfLifeMs: number
  /** At least half as many keys are kept. */
  readonly maxKeys: number
  /** From this count on the request itself is kept, for fetching it again. */
  readonly keepRequestFrom: number
  /** How many requests are kept. */
  readonly maxRequests: number
  /** Whether a request is small enough to be kept. */
  readonly isKeepable: (request: Request) => boolean
}

/** What is known of a key. */
export interface Popularity<Request> {
  requestCount: number
  requestedAtMs: number
  /** `null` when it is too large to be kept. */
  request?: Request | null | undefined
  /** Of the answer that is stored, as far as this process has seen it. */
  storedAtMs?: number | undefined
  freshForMs?: number | undefined
  costNanoUsd?: number | null | undefined
}

export interface PopularityTable<Request> {
  /** Counts one request and returns what is known of the key. Without `request` there is nothing to fetch again. */
  readonly record: (key: string, request?: Request) => Popularity<Request>
  readonly get: (key: string) => Popularity<Request> | undefined
  /** Keys whose count now is at least `requestCount` and whose request is kept, most popular first. */
  readonly atLeast: (requestCount: number, nowMs: number) => readonly (readonly [key: string, record: Popularity<Request>])[]
  readonly forget: () => void
}

export function createPopularity<Request>(options: PopularityOptions<Request>, now: () => number): PopularityTable<Request> {
  const { halfLifeMs, maxKeys, keepRequestFrom, maxRequests, isKeepable } = options
  let younger = new Map<string, Popularity<Request>>()
  let older: ReadonlyMap<string, Popularity<Request>> = younger
  const kept = new LRUCache<string, Popularity<Request>>({
    max: maxRequests,
    dispose: (record) => {
      record.request = undefined
    },
  })
  const faded = ({ requestCount, requestedAtMs }: Popularity<Request>, nowMs: number): number =>
    requestCount * 2 ** (-Math.max(0, nowMs - requestedAtMs) / halfLifeMs)

  function recall(key: string, nowMs: number): Popularity<Request> {
    const record = older.get(key) ?? {
      requestCount: 0,
      requestedAtMs: nowMs,
      request: undefined,
      storedAtMs: undefined,
      freshForMs: undefined,
      costNanoUsd: undefined,
    }
    if (younger.size >= maxKeys / 2) {
      older = younger
      younger = new Map()
    }
    younger.set(key, record)
    return record
  }
  function countRequest(key: string, request?: Request): Popularity<Request> {
    const nowMs = now()
    const record = younger.get(key) ?? recall(key, nowMs)
    record.requestCount = record.requestCount === 0 ? 1 : faded(record, nowMs) + 1
    record.requestedAtMs = nowMs
    if (request !== undefined && record.requestCount >= keepRequestFrom) keep(key, record, request)
    return record
  }
  function keep(key: string, record: Popularity<Request>, request: Request): void {
    if (record.request === undefined) record.request = isKeepable(request) ? request : null
    if (record.request !== null && kept.get(key) !== record) kept.set(key, record)
  }
  return {
    record: countRequest,
    get: (key) => younger.get(key) ?? older.get(key),
    atLeast: (requestCount, nowMs) =>
      [...kept.entries()]
        .filter(([, record]) => record.request !== undefined && record.request !== null && faded(record, nowMs) >= requestCount)
        .sort(([, left], [, right]) => faded(right, nowMs) - faded(left, nowMs)),
    forget: () => {
      kept.clear()
      younger = new Map()
      older = younger
    },
  }
}
