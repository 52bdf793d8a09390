import type { ChatAnswer, ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Deps } from '../deps.ts'
import { isProxyApiError, ProxyApiError } from '../errors/proxy-api-error.ts'
import type { ChatHandler } from '../filter/handler.ts'
import { watchBatches } from '../stream/watch-batches.ts'
import { type Abortion, createAbortion } from './abortion.ts'
import type { Attempt, CacheWishes, Call, Principal, RouteOverrides } from './call.ts'
import { type Observation, observeBatch, observeWhole, toReceipt } from './observation.ts'
import type { Receipt } from './receipt.ts'
import { createSettlement, type Settlement } from './settlement.ts'
import { abortionOf, withSignal } from './with-signal.ts'

/** docs/resilience.md section 2. */
const deadlineMs = { plain: 120_000, stream: 600_000 } as const

export interface CallOptions {
  /** `undefined` draws a new one. */
  readonly id?: string | undefined
  readonly principal?: Principal | undefined
  /** Shortens the deadline, never lengthens it. */
  readonly timeoutMs?: number | undefined
  /** The caller's own signal: when it aborts, the call is canceled. */
  readonly signal?: AbortSignal | undefined
  readonly overrides?: RouteOverrides | undefined
  readonly tags?: readonly string[] | undefined
  /** The end user on whose behalf is asked. `undefined` takes the request's own `user`. */
  readonly user?: string | undefined
  /** Headers that travel upstream with each attempt, such as a trace's; they replace none of the provider's. Must not throw. */
  readonly outgoingHeaders?: ((attempt: Attempt) => Readonly<Record<string, string>>) | undefined
  readonly cacheWishes?: CacheWishes | undefined
  /** A call made for another one, which may outlive it: what it does stands on that one's record. */
  readonly record?: CallRecord | undefined
  /** Told once, when the call has ended. Must not throw. */
  readonly onSettled?: ((receipt: Receipt) => void) | undefined
}

/** What is written down on a call: attempts, dropped parameters and the marks of filters. */
export type CallRecord = Pick<Call, 'attempts' | 'dropped' | 'marks'>

/** A call that is run once and can be canceled at any time. */
export interface OpenCall {
  readonly call: Call
  /** Runs a handler under the call. A stream keeps the call open until it has been read or left. @throws ProxyApiError */
  readonly run: (handler: ChatHandler) => Promise<ChatAnswer>
  /** Runs anything else under the call; it ends with the promise. @throws ProxyApiError */
  readonly runWith: <T>(work: (call: Call) => Promise<T>) => Promise<T>
  /** The caller has left: closes the upstream call and settles. Harmless when the call has ended. */
  readonly cancel: () => void
  /** Ends the call with an error of ours (shutting down), which its consumer sees. */
  readonly stop: (error: ProxyApiError) => void
}

function canceledError(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before the answer was complete.' })
}

function deadlineError(ms: number): ProxyApiError {
  return new ProxyApiError({ code: 'deadline_exceeded', message: `The request did not finish within its deadline of ${ms} ms.` })
}

function toError(error: unknown): ProxyApiError {
  if (isProxyApiError(error)) return error
  return new ProxyApiError({ code: 'internal_error', message: 'The gateway failed to handle the request.', cause: error })
}

function timeoutOf(request: ChatRequest, options: CallOptions): number {
  const limit = request.stream === true ? deadlineMs.stream : deadlineMs.plain
  return Math.min(limit, options.timeoutMs ?? limit)
}

/** What the parts of one open call share. */
interface Scope {
  readonly request: ChatRequest
  readonly call: Call
  readonly deps: Deps
  readonly observation: Observation
  readonly settlement: Settlement
  readonly cancel: () => void
}

function fail({ settlement }: Scope, error: unknown): ProxyApiError {
  const known = toError(error)
  settlement.settle(known.code === 'client_closed_request' ? 'canceled' : 'error', known)
  return known
}

/** Ends with the call: what was decoded before its end and not read until after comes too late, for the receipt is written. */
function whileOpen(batches: AsyncIterable<ChunkBatch>, call: Call): AsyncIterable<ChunkBatch> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = batches[Symbol.asyncIterator]()
      let aborted: { readonly reason: unknown } | undefined
      call.onAbort((reason) => {
        aborted = { reason }
      })
      const stop = async (reason: unknown): Promise<never> => {
        await iterator.return?.()
        throw reason
      }
      return {
        next: () => (aborted === undefined ? iterator.next() : stop(aborted.reason)),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      }
    },
  }
}

function watch(scope: Scope, answer: StreamAnswer): StreamAnswer {
  const batches = watchBatches(whileOpen(answer.batches, scope.call), {
    onBatch: (batch) => observeBatch(batch, scope.observation, scope.deps),
    onEnd: () => {
      // The deadline may have passed while we waited for usage after the finish: the receipt says so, and so must we.
      scope.call.throwIfAborted()
      scope.settlement.settle('complete')
    },
    onError: (error) => fail(scope, error),
    onLeave: scope.cancel,
  })
  return { ...answer, batches }
}

async function runHandler(scope: Scope, handler: ChatHandler): Promise<ChatAnswer> {
  const { call, observation, settlement, deps } = scope
  try {
    call.throwIfAborted()
    const answer = await handler(scope.request, call)
    if (answer.type === 'stream') return watch(scope, answer)
    observeWhole(answer, observation, deps)
    settlement.settle('complete')
    return answer
  } catch (error) {
    throw fail(scope, error)
  }
}

async function runWork<T>(scope: Scope, work: (call: Call) => Promise<T>): Promise<T> {
  try {
    scope.call.throwIfAborted()
    const result = await work(scope.call)
    scope.settlement.settle('complete')
    return result
  } catch (error) {
    throw fail(scope, error)
  }
}

function createCall(
  options: CallOptions,
  limits: { readonly startedAtMs: number; readonly timeoutMs: number; readonly abortion: Abortion } & Pick<Call, 'id' | 'user'>,
  settlement: Settlement,
): Call {
  const { id, user, startedAtMs, timeoutMs, abortion } = limits
  return withSignal({
    [abortionOf]: abortion,
    id,
    principal: options.principal,
    startedAtMs,
    deadlineAtMs: startedAtMs + timeoutMs,
    onAbort: abortion.onAbort,
    throwIfAborted: abortion.throwIfAborted,
    overrides: options.overrides ?? {},
    tags: options.tags ?? [],
    user,
    outgoingHeaders: options.outgoingHeaders,
    cacheWishes: options.cacheWishes,
    attempts: options.record?.attempts ?? [],
    dropped: options.record?.dropped ?? new Set(),
    marks: options.record?.marks ?? {},
    lease: settlement.lease,
  })
}

/**
 * Opens a call for one request: its deadline runs from now. Whatever happens (answer, failure, deadline, caller gone), it
 * settles once: leases are released and the receipt is handed out.
 */
export function openCall(request: ChatRequest, options: CallOptions, deps: Deps): OpenCall {
  const abortion = createAbortion()
  const timeoutMs = timeoutOf(request, options)
  const observation: Observation = {}
  const settlement = createSettlement((outcome, error) => {
    options.onSettled?.(toReceipt(call, request, { observation, outcome, error, endedAtMs: deps.now() }))
  })
  const limits = { id: options.id ?? deps.newId(), user: options.user ?? request.user, startedAtMs: deps.now(), timeoutMs, abortion }
  const call = createCall(options, limits, settlement)
  const cancel = (): void => {
    if (settlement.isSettled()) return
    const reason = canceledError()
    abortion.abort(reason)
    settlement.settle('canceled', reason)
  }
  const scope: Scope = { request, call, deps, observation, settlement, cancel }
  // The deadline ends the call by itself: a consumer who has stopped reading would never hear of it.
  const expire = (): void => {
    const reason = deadlineError(timeoutMs)
    abortion.abort(reason)
    settlement.settle('error', reason)
  }
  settlement.lease(deps.setTimer(expire, timeoutMs))
  if (options.signal !== undefined) {
    const { signal } = options
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    settlement.lease(() => signal.removeEventListener('abort', cancel))
  }
  return {
    call,
    cancel,
    // Settles by itself, as a deadline does: a consumer who has stopped reading would hold a closing server up.
    stop: (error) => {
      abortion.abort(error)
      settlement.settle('error', error)
    },
    run: (handler) => runHandler(scope, handler),
    runWith: (work) => runWork(scope, work),
  }
}
