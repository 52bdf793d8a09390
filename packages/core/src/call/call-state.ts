import type { Deps } from '../deps.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { toProxyApiError } from '../errors/to-proxy-api-error.ts'
import { type AbortSource, createAbortSource } from './abort-source.ts'
import type { CallAnnotations, Principal, RouteOverrides } from './annotations.ts'
import type { AnswerMeter } from './answer-meter.ts'
import type { Attempt, AttemptScope } from './attempt.ts'
import type { Call, SharedWork } from './call.ts'
import type { CallOptions } from './call-options.ts'
import type { Receipt } from './receipt.ts'
import type { ReceiptQueue } from './receipt-queue.ts'
import { createSteadyClock } from './steady-clock.ts'
import { toReceipt } from './to-receipt.ts'

/** What a call begins with. */
export interface CallStart {
  readonly operation: string
  readonly requestedModel: string
  readonly user: string | undefined
  readonly stream: boolean
  readonly timeoutMs: number
  /** How long work that outlives its caller may take from then on. */
  readonly sharedTimeoutMs: number
  readonly options: CallOptions
}

type Release = (receipt: Receipt) => void

const noOverrides: RouteOverrides = {}
const noTags: readonly string[] = []

function canceledError(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before the answer was complete.' })
}

function deadlineError(ms: number): ProxyApiError {
  return new ProxyApiError({ code: 'deadline_exceeded', message: `The request did not finish within its deadline of ${ms} ms.` })
}

/* A class: one per request, on the hottest path; its methods are shared (bench/router.mjs). */
export class CallState implements Call {
  readonly id: string
  readonly operation: string
  readonly requestedModel: string
  readonly stream: boolean
  readonly principal: Principal | undefined
  readonly now: () => number
  readonly startedAtMs: number
  deadlineAtMs: number
  readonly abort: AbortSource = createAbortSource()
  workAbort: AbortSource = this.abort
  readonly overrides: RouteOverrides
  readonly tags: readonly string[]
  readonly user: string | undefined
  readonly endpoint: string | undefined
  readonly traceId: string | undefined
  readonly outgoingHeaders: Call['outgoingHeaders']
  readonly cacheDirectives: Call['cacheDirectives']
  readonly attempts: Attempt[] = []
  winner: Attempt | undefined = undefined
  readonly dropped: Set<string> = new Set()
  changed: ReadonlySet<string> | undefined = undefined
  readonly annotations: CallAnnotations = {
    route: undefined,
    condenseMs: undefined,
    cache: undefined,
    condensation: undefined,
    limits: undefined,
  }
  readonly meter: AnswerMeter = { model: undefined, usage: undefined, firstContentAtMs: undefined }
  private readonly start: CallStart
  private readonly deps: Deps
  private readonly receipts: ReceiptQueue
  private holds: Release[] = []
  private readonly running: AttemptScope[] = []
  private phase: 'open' | 'shared' | 'settled' = 'open'
  private isWanted: (() => boolean) | undefined = undefined
  private cancelDeadline: () => void
  /** Attempts that the caller's receipt told of, when the work outlived its caller. */
  private told: ReadonlySet<Attempt> | undefined = undefined
  private settledWith: Receipt | undefined = undefined

  constructor(start: CallStart, deps: Deps, receipts: ReceiptQueue) {
    const { options } = start
    this.start = start
    this.deps = deps
    this.receipts = receipts
    this.id = options.id ?? deps.newId()
    this.operation = start.operation
    this.requestedModel = start.requestedModel
    this.stream = start.stream
    this.principal = options.principal
    this.now = options.now ?? createSteadyClock(deps)
    this.startedAtMs = this.now()
    this.deadlineAtMs = deps.monotonicNow() + start.timeoutMs
    this.overrides = options.overrides ?? noOverrides
    this.tags = options.tags ?? noTags
    this.user = start.user
    this.endpoint = options.endpoint
    this.traceId = options.traceId
    this.outgoingHeaders = options.outgoingHeaders
    this.cacheDirectives = options.cacheDirectives
    // The deadline ends the call by itself: a consumer who has stopped reading would never hear of it.
    this.cancelDeadline = deps.setTimer(() => this.expire(start.timeoutMs), start.timeoutMs)
  }

  hold(release: Release): void {
    if (this.settledWith === undefined) this.holds.push(release)
    else release(this.settledWith)
  }

  enter(attempt: AttemptScope): void {
    this.running.push(attempt)
  }

  share(isWanted: () => boolean): SharedWork {
    this.isWanted = isWanted
    if (this.workAbort === this.abort) this.workAbort = createAbortSource()
    return {
      finish: (error) => {
        this.isWanted = undefined
        if (this.phase !== 'shared') return
        if (error === undefined) this.settle('complete')
        else this.settle('error', toProxyApiError(error))
      },
      cancel: () => {
        this.isWanted = undefined
        if (this.phase !== 'shared') return
        const reason = canceledError()
        this.workAbort.abort(reason)
        this.settle('canceled', reason)
      },
    }
  }

  /** The caller has left. */
  cancel(): void {
    if (this.phase !== 'open') return
    this.leave('canceled', canceledError())
  }

  fail(error: unknown): ProxyApiError {
    const known = toProxyApiError(error)
    if (this.phase === 'open') this.leave(known.code === 'client_closed_request' ? 'canceled' : 'error', known)
    return known
  }

  /** Ends the call, once. */
  settle(outcome: Receipt['outcome'], error?: ProxyApiError): void {
    if (this.phase === 'settled') return
    this.phase = 'settled'
    this.cancelDeadline()
    // Attempts end first: what they cost belongs on the receipt.
    for (const attempt of this.running) if (attempt.record.endedAtMs === undefined) attempt.end(error ?? callEnded)
    this.handOut(outcome, error)
  }

  private expire(ms: number): void {
    const reason = deadlineError(ms)
    if (this.phase === 'open') this.leave('error', reason)
    else {
      this.workAbort.abort(reason)
      this.settle('error', reason)
    }
  }

  /** Stops everything, also work that others wait for. */
  stop(error: ProxyApiError): void {
    this.abort.abort(error)
    this.workAbort.abort(error)
    this.settle('error', error)
  }

  /** Ends the caller's part: the whole call, unless others wait for its answer. */
  private leave(outcome: Receipt['outcome'], error: ProxyApiError): void {
    // The waits of the caller end first: only then is it known whether others are left.
    this.abort.abort(error)
    if (this.isWanted?.() !== true) {
      this.workAbort.abort(error)
      this.settle(outcome, error)
      return
    }
    this.phase = 'shared'
    this.cancelDeadline()
    this.handOut(outcome, error)
    this.told = new Set(this.attempts.filter(({ endedAtMs }) => endedAtMs !== undefined))
    this.deadlineAtMs = this.deps.monotonicNow() + this.start.sharedTimeoutMs
    this.cancelDeadline = this.deps.setTimer(() => this.expire(this.start.sharedTimeoutMs), this.start.sharedTimeoutMs)
  }

  /** Makes the receipt, releases what is held with it, and hands it out after the current work. */
  private handOut(outcome: Receipt['outcome'], error: ProxyApiError | undefined): void {
    const receipt = toReceipt(this, { outcome, error, endedAtMs: this.now(), told: this.told })
    if (this.phase === 'settled') this.settledWith = receipt
    const { holds } = this
    this.holds = []
    for (let index = holds.length - 1; index >= 0; index--) holds[index]?.(receipt)
    const { onSettled } = this.start.options
    if (onSettled !== undefined) this.receipts.push(receipt, onSettled)
  }
}

/** Ends attempts that nobody ended before their call: creating an Error captures a stack trace, so there is one. */
const callEnded = new ProxyApiError({ code: 'client_closed_request', message: 'The call has ended.' })
