import type { AnswerOf, CacheClient, CacheKinds, FetchAnswer, StreamFolding } from './answer.ts'
import type { Digest } from './key/canonical-text.ts'
import type { WarmingOptions, WarmingResult } from './maintenance/warming.ts'
import type { CacheabilityPolicy } from './policy/cacheability.ts'
import type { CacheDirectives } from './policy/directives.ts'
import type { FreshnessOptions } from './policy/freshness.ts'
import type { SemanticMatcher } from './semantic-matcher.ts'
import type { StoredAnswer } from './single-flight/shared-fetch.ts'
import type { FirstWriteFigures } from './store/deferred-writes.ts'
import type { EntrySelector } from './store/entry.ts'
import type { LevelStateChange } from './store/guarded-store.ts'
import type { CacheStore } from './store/store.ts'
import type { CountedEntries, LevelFigures, RemovedEntries } from './store/tiered-store.ts'
import type { FirstWriteLimit } from './store/write-admission.ts'

/** A client's body, parsed, and its wire language. */
export interface RequestBody {
  readonly dialect: string
  readonly body: object
}

/** One request as the cache sees it. */
export interface CacheRequest<Kinds extends CacheKinds> {
  /** The operation's name, for instance `chat` or `embeddings`: equal requests of two operations have two answers. */
  readonly operation: string
  /** Any JSON-like value. The key is made of it or of its `source`; nothing else looks inside, but for a `temperature`. */
  readonly request: Kinds['request']
  /** The client's own body that `request` was read from. The key is made of it where it may be sent on, with fields that `request` has no name for. */
  readonly source?: RequestBody | undefined
  /** The caller whose entries these are. Ignored where the scope is `shared`. */
  readonly tenant: string
  /** Whether the client wants a stream. */
  readonly stream: boolean
  /** What the client says about the cache. Default: nothing. */
  readonly directives?: CacheDirectives | undefined
  /** What else the answer depends on, for instance a pinned provider. */
  readonly variant?: unknown
  /** Whether the same request always has the same answer, as with embeddings. Default: judged by its temperature. */
  readonly isDeterministic?: boolean | undefined
  readonly tags?: readonly string[] | undefined
  /** The end user's id. Kept as a pseudonym only. */
  readonly user?: string | undefined
}

/** The outcome of a request. */
export type CacheResult<Kinds extends CacheKinds> =
  | StoredAnswer<Kinds>
  | { readonly status: 'miss' | 'coalesced' | 'bypass'; readonly answer: AnswerOf<Kinds> }
  /** The client said `only-if-cached`, and nothing is. HTTP answers 504. */
  | { readonly status: 'unavailable' }

/** What a response cache is made of. Only `streams` is required. */
export interface ResponseCacheOptions<Kinds extends CacheKinds> {
  readonly streams: StreamFolding<Kinds>
  /** What the memory level may hold. Default 100 MiB. */
  readonly maxMemoryBytes?: number | undefined
  /** Bytes that an answer takes in memory. Default: an upper estimate for JSON-like values. */
  readonly sizeOf?: ((whole: Kinds['whole']) => number) | undefined
  /** Slower levels, in the order in which they are asked. Default none. */
  readonly stores?: readonly CacheStore<Kinds['whole']>[] | undefined
  /**
   * How many new answers are written at once to levels that take many entries together, such as the disk. Beyond that an answer
   * stays in memory alone until it is asked for again, gives way, or the cache closes. Default 200 a second, 400 at once.
   */
  readonly firstWrites?: Partial<FirstWriteLimit> | undefined
  /** `tenant`: each tenant sees its own answers only. `shared`: all tenants share answers. Default `tenant`. */
  readonly scope?: 'tenant' | 'shared' | undefined
  /** A cryptographic digest. Default SHA-256 in JavaScript; Node has a faster one (`nodeDigest`). */
  readonly digest?: Digest | undefined
  /** Makes an end user's pseudonym: keyed, so that it can't be guessed from the id. Without it users are not kept, nor found. */
  readonly pseudonym?: ((user: string) => string) | undefined
  readonly freshness?: Partial<FreshnessOptions> | undefined
  readonly cacheability?: Partial<CacheabilityPolicy> | undefined
  /** Whether an error would meet everybody who asks the same. Default: none would, and those who wait try again. Must not throw. */
  readonly isSharedFailure?: ((error: unknown) => boolean) | undefined
  /** Whether a stale answer is better than this error. Default: any error. Must not throw. */
  readonly servesStaleOn?: ((error: unknown) => boolean) | undefined
  /** Finds answers to questions that were asked in other words. Without it only equal ones are found. */
  readonly semantic?: SemanticMatcher<CacheRequest<Kinds>> | undefined
  /** Asks again without a client, to warm popular answers and to refresh stale ones; `undefined` for what can't be asked so. Without it nothing is warmed. */
  readonly refresh?: ((question: CacheRequest<Kinds>) => FetchAnswer<Kinds> | undefined) | undefined
  /** Refreshes popular answers before they expire, every so often. Default: only when `warm` is called. */
  readonly warming?: Partial<WarmingOptions> | undefined
  /** How many of the best entries to bring from the first slower level into memory at the start. Default 0. */
  readonly preload?: number | undefined
  /** How often expired entries are dropped. Default 300,000 ms. */
  readonly maintenanceIntervalMs?: number | undefined
  /** Called when `remove` is asked to remove entries, with the pseudonym of the user; for `followRemoval` of other processes that share no level with this one. Must not throw. */
  readonly onRemove?: ((selector: EntrySelector) => void) | undefined
  /** Called when another process has removed entries from a level that several share, and this one has followed. Must not throw. */
  readonly onRemovedElsewhere?: ((selector: EntrySelector) => void) | undefined
  /** Called once when a level stops working and once when it works again. Must not throw. */
  readonly onStateChange?: ((change: LevelStateChange) => void) | undefined
}

/** What the cache holds and has done since it was created. */
export interface CacheFigures {
  readonly levels: readonly LevelFigures[]
  /** Look-ups by what they came to. */
  readonly hits: number
  readonly stale: number
  readonly coalesced: number
  readonly misses: number
  readonly bypassed: number
  /** Hits, stale ones included, of all look-ups that were not bypassed, 0 to 1. Coalesced ones count as hits: they cost nothing. */
  readonly hitRate: number
  /** Of the hits, those of questions that were asked in other words; no level counts them. */
  readonly semantic: { readonly hits: number; readonly savedNanoUsd: number }
  /** What hits and coalesced requests would have cost, in billionths of a dollar. */
  readonly savedNanoUsd: number
  readonly stored: number
  /** Answers that were not stored: cut, filtered, too long, or dropped on the way to a slow level. */
  readonly notStored: number
  /** What became of new answers for levels that take many entries together. */
  readonly firstWrites: FirstWriteFigures
  readonly inFlight: number
  readonly warming: WarmingResult
}

/** The response cache: all levels, single flight, policy, maintenance and figures. */
export interface ResponseCache<Kinds extends CacheKinds> {
  /** Begins maintenance: preloading, dropping what has expired, warming. `close` ends it. */
  readonly start: () => void
  /**
   * Answers a request from the cache, from a fetch under way, or by `fetch`. A hit in memory comes back without a
   * promise. Rejects with the error of `fetch`, or with the reason why the client left.
   */
  readonly getOrFetch: (
    question: CacheRequest<Kinds>,
    fetch: FetchAnswer<Kinds>,
    client: CacheClient,
  ) => CacheResult<Kinds> | Promise<CacheResult<Kinds>>
  /** Removes the entries that match every given field, everything without fields, from all levels. */
  readonly remove: (selector: CacheSelector) => Promise<RemovedEntries>
  /** Removes what another process has removed, as its `onRemove` says it. */
  readonly followRemoval: (selector: EntrySelector) => Promise<RemovedEntries>
  /** How many entries match every given field, by level. */
  readonly count: (selector: CacheSelector) => Promise<CountedEntries>
  /** Refreshes popular answers that are about to expire, now. */
  readonly warm: () => Promise<WarmingResult>
  readonly figures: () => Promise<CacheFigures>
  /** Drops the entries of the lowest retention score until memory holds at most so many bytes. */
  readonly shrinkMemoryTo: (bytes: number) => number
  /** Drops a share, 0 to 1, of what memory holds and returns the bytes freed. Fits a memory manager's `Shedder`. */
  readonly shedMemory: (share: number) => number
  /** Resolves when all that is on its way to the slower levels has arrived; see `firstWrites` for what is not. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Like `EntrySelector`, with the end user's own id. */
export type CacheSelector = Omit<EntrySelector, 'user'> & { readonly user?: string | undefined }
