import { type Deps, systemDeps } from '../deps.ts'
import { checkVector } from './check-vector.ts'
import { embedInTime } from './embed-in-time.ts'
import { compareMeaning } from './meaning-guard.ts'
import type { SemanticIndex, SemanticMatch } from './semantic-index.ts'
import { type SemanticRequest, splitQuestion } from './split-question.ts'

/**
 * Turns a text into its vector, mostly by a call to a provider. The signal aborts when no caller waits any longer; the request
 * is the same object that was asked about, so that the caller can be found by it.
 */
export type Embed = (text: string, signal: AbortSignal, request: SemanticRequest) => Promise<ArrayLike<number>>

/** Who may share an answer, and what else it depends on; the parts of a cache key. */
export interface SemanticScope {
  /** `undefined` means everybody. */
  readonly tenant?: string | undefined
  readonly namespace?: string | undefined
  readonly variant?: unknown
}

export interface SemanticLookupOptions {
  readonly embed: Embed
  readonly index: SemanticIndex
  /**
   * Names the part of the index that a request may match in: a digest of the scope and of all that must be equal in two
   * requests. What `createRequestKey` makes does it; its digest must be cryptographic, or tenants could reach each other.
   */
  readonly scopeOf: (rest: object, scope: SemanticScope) => string
  /** How long to wait for an embedding. Default 2 s. */
  readonly embedTimeoutMs?: number | undefined
  /** For how long nothing is embedded after a failure. Default 30 s. */
  readonly cooldownMs?: number | undefined
  /** Longer questions are not matched: the longer, the less a vector tells of their details. Default 2,000. */
  readonly maxTextLength?: number | undefined
  /** Called when embeddings begin to fail, and when they work again. */
  readonly onEvent?: ((event: SemanticEvent) => void) | undefined
}

export type SemanticEvent = { readonly type: 'embedding-failed'; readonly error: unknown } | { readonly type: 'embedding-recovered' }

/** A question ready to be looked up, and to be remembered once it is answered. */
export interface SemanticQuestion {
  readonly scope: string
  readonly text: string
  readonly vector: ArrayLike<number>
}

/** Finds answers to questions that were asked in other words. */
export interface SemanticLookup {
  /**
   * Embeds a request's question. `undefined` when it can't be matched by meaning: it does not end in a user's words, is
   * too long, or there is no embedding. Rejects only with the reason of `signal`.
   */
  readonly embedQuestion: (request: SemanticRequest, scope: SemanticScope, signal?: AbortSignal) => Promise<SemanticQuestion | undefined>
  /** The entry of the nearest question that means the same, as far as can be told. */
  readonly find: (question: SemanticQuestion) => SemanticMatch | undefined
  readonly remember: (question: SemanticQuestion, entry: { readonly key: string; readonly expiresAtMs: number }) => void
}

/** Whether embeddings work, told once per change; after a failure they rest. */
function createEmbeddingHealth(options: SemanticLookupOptions, { now }: Pick<Deps, 'now'>) {
  const { cooldownMs = 30_000, onEvent } = options
  let failedAtMs: number | undefined
  return {
    isCoolingDown: () => failedAtMs !== undefined && Math.abs(now() - failedAtMs) < cooldownMs,
    onFailure: (error: unknown): void => {
      if (failedAtMs === undefined) onEvent?.({ type: 'embedding-failed', error })
      failedAtMs = now()
    },
    onSuccess: (): void => {
      if (failedAtMs !== undefined) onEvent?.({ type: 'embedding-recovered' })
      failedAtMs = undefined
    },
  }
}

/**
 * Finds answers to questions that were asked in other words. Only the last user turn may differ, and only in its words:
 * all else of the request and its scope must be equal, and numbers, names, negations and the like must agree.
 *
 * @example
 * const lookup = createSemanticLookup({ embed, index: createSemanticIndex(), scopeOf: createRequestKey(…) })
 * const question = await lookup.embedQuestion(request, { tenant })
 * const match = question && lookup.find(question)
 */
export function createSemanticLookup(options: SemanticLookupOptions, deps: Pick<Deps, 'now' | 'setTimer'> = systemDeps): SemanticLookup {
  const { embed, index, scopeOf, embedTimeoutMs = 2_000, maxTextLength = 2_000 } = options
  const health = createEmbeddingHealth(options, deps)
  const vectorOf = async (text: string, request: SemanticRequest, signal?: AbortSignal): Promise<ArrayLike<number> | undefined> => {
    try {
      const vector = await embedInTime((limit) => embed(text, limit, request), { timeoutMs: embedTimeoutMs, signal }, deps)
      checkVector(vector, index.figures().dimensions)
      health.onSuccess()
      return vector
    } catch (error) {
      signal?.throwIfAborted()
      health.onFailure(error)
      return undefined
    }
  }
  return {
    embedQuestion: async (request, scope, signal) => {
      const question = splitQuestion(request)
      if (question === undefined || question.text.length > maxTextLength || health.isCoolingDown()) return undefined
      const vector = await vectorOf(question.text, request, signal)
      return vector && { scope: scopeOf(question.rest, scope), text: question.text, vector }
    },
    find: ({ scope, text, vector }) => {
      const compare = compareMeaning(text)
      return index.nearest(scope, vector, (other) => other !== undefined && compare(other) === undefined)
    },
    remember: ({ scope, text, vector }, entry) => index.add(scope, { ...entry, text, vector }),
  }
}
