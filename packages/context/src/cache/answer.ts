/** An answer in one piece: what the cache stores. Core's `WholeAnswer` fits. */
export interface WholeLike {
  readonly type: 'whole'
}

/** An answer in batches. Core's `StreamAnswer` fits. */
export interface StreamLike {
  readonly type: 'stream'
  readonly batches: AsyncIterable<unknown>
}

/** The kinds of request and answer that a cache is for, for instance core's `ChatRequest`, `WholeAnswer` and `StreamAnswer`. */
export interface CacheKinds {
  readonly request: object
  readonly whole: WholeLike
  readonly stream: StreamLike
}

/** What one read of a stream brings. */
export type BatchOf<Kinds extends CacheKinds> = Kinds['stream']['batches'] extends AsyncIterable<infer Batch> ? Batch : never

export type AnswerOf<Kinds extends CacheKinds> = Kinds['whole'] | Kinds['stream']

/** What the cache needs to know of an answer. */
export interface AnswerFacts {
  /** Of every choice, in OpenAI's words. Only `stop` and `tool_calls` are whole answers. `undefined` for operations that have no such thing, whose answers are always whole. */
  readonly finishReasons?: readonly string[] | undefined
  /** What it cost in billionths of a dollar; `null` when its price is not known. */
  readonly costNanoUsd: number | null
  /** The model that answered. */
  readonly model: string
  readonly provider?: string | undefined
}

/** A new answer, and how to learn about it once it is complete. */
export interface FetchedAnswer<Kinds extends CacheKinds> {
  readonly answer: AnswerOf<Kinds>
  /** Called at most once, after a whole answer or at the end of a stream that ended well. */
  readonly facts: (whole: Kinds['whole']) => AnswerFacts
}

/** Tells a fetch that no caller waits for its answer any more. Core's `AbortSource` fits wherever this is taken. */
export interface FetchAbort {
  /** Calls back once, immediately if it is aborted already, and returns a function that removes the listener. */
  onAbort(callback: (reason: unknown) => void): () => void
  /** @throws the reason, when it is aborted */
  throwIfAborted(): void
  /** The same as a signal, which is made when it is first asked for. */
  signal(): AbortSignal
}

/** The client that waits. Core's `Call` and `AbortSource` fit. */
export interface CacheClient {
  /** Calls back when the client leaves, at once if it has left; and returns a function that removes the listener. */
  onAbort(callback: (reason: unknown) => void): () => void
}

/**
 * Fetches a new answer. `abort` belongs to the shared fetch, not to one client: it fires when no caller waits any more. The fetch
 * must not end when only the client that asked first has left. A promise is needed only where the answer takes time.
 */
export type FetchAnswer<Kinds extends CacheKinds> = (abort: FetchAbort) => FetchedAnswer<Kinds> | Promise<FetchedAnswer<Kinds>>

/** How streams become answers and answers streams. */
export interface StreamFolding<Kinds extends CacheKinds> {
  /** All batches of a stream that ended, told whole; `undefined` when they are not a whole answer. */
  readonly fold: (batches: readonly BatchOf<Kinds>[], stream: Kinds['stream']) => Kinds['whole'] | undefined
  /** A whole answer told as a stream. */
  readonly replay: (whole: Kinds['whole']) => Kinds['stream']
  /** Bytes that a batch takes in memory, about. */
  readonly sizeOf: (batch: BatchOf<Kinds>) => number
}
