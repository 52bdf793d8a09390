import type { AbortSource } from '../call/abort-source.ts'
import type { Awaitable } from '../call/operation.ts'
import type { Deps } from '../deps.ts'
import type { LimitStore, Take, TakeResult } from './limit-store.ts'

/** Who asks for takes, where one may have to wait for them. */
export interface Pacing {
  /** The lower, the sooner. */
  readonly priority: number
  /** Unix milliseconds. Of equal priority the more urgent goes first. */
  readonly deadlineAtMs: number
  readonly abort: Pick<AbortSource, 'onAbort'>
}

/** Asks a store for takes: at once, or when they pass. */
export interface Taker {
  /** The promise is there only where something has to be waited for; it rejects only with the reason of an abort. */
  readonly take: (takes: readonly Take[], who: Pacing) => Awaitable<TakeResult>
  /** Says that something was given back. */
  readonly wake: () => void
  readonly waiting: () => number
}

/** A taker that never waits: what does not pass is refused. */
export function createTaker(store: LimitStore): Taker {
  return { take: (takes) => store.take(takes), wake: () => undefined, waiting: () => 0 }
}

/** How long requests wait, and how many. */
export interface PacerOptions {
  readonly maxWaitMs: number
  /** Of more, the latest is refused. */
  readonly maxQueue: number
}

interface Waiter {
  readonly takes: readonly Take[]
  readonly who: Pacing
  /** When waiting is over, Unix milliseconds. */
  readonly untilMs: number
  readonly arrival: number
  /** The latest refusal. */
  last: TakeResult
  readonly settle: (result: TakeResult) => void
  readonly fail: (reason: unknown) => void
}

function isBefore(a: Waiter, b: Waiter): boolean {
  if (a.who.priority !== b.who.priority) return a.who.priority < b.who.priority
  if (a.who.deadlineAtMs !== b.who.deadlineAtMs) return a.who.deadlineAtMs < b.who.deadlineAtMs
  return a.arrival < b.arrival
}

/** The queue is asked again no later than this: places and other instances give back without a word. */
const longestPauseMs = 250

/*
 * A taker that lets requests wait until they pass: by priority, then by deadline, then as they came. Whoever asks for what somebody in the queue waits
 * for goes behind it, others pass by. One timer serves the whole queue; what could not pass within its time is refused at once.
 */
class Pacer implements Taker {
  private readonly store: LimitStore
  private readonly options: PacerOptions
  private readonly deps: Pick<Deps, 'monotonicNow' | 'setTimer'>
  private queue: Waiter[] = []
  private arrivals = 0
  private cancelTimer: (() => void) | undefined = undefined
  private isServing = false

  constructor(store: LimitStore, options: PacerOptions, deps: Pick<Deps, 'monotonicNow' | 'setTimer'>) {
    this.store = store
    this.options = options
    this.deps = deps
  }

  readonly waiting = (): number => this.queue.length

  readonly wake = (): void => {
    if (this.queue.length > 0 && !this.isServing) this.arm(0)
  }

  readonly take = (takes: readonly Take[], who: Pacing): Awaitable<TakeResult> => {
    const first = this.queue.length === 0 ? undefined : this.queue.find((waiter) => shares(waiter.takes, takes))
    if (first !== undefined) return this.enter(takes, who, first.last)
    const result = this.store.take(takes)
    if (result instanceof Promise) return result.then((late) => (late.refused === undefined ? late : this.enter(takes, who, late)))
    return result.refused === undefined ? result : this.enter(takes, who, result)
  }

  private enter(takes: readonly Take[], who: Pacing, last: TakeResult): Awaitable<TakeResult> {
    const nowMs = this.deps.monotonicNow()
    const untilMs = Math.min(nowMs + this.options.maxWaitMs, who.deadlineAtMs)
    if (this.queue.length >= this.options.maxQueue || nowMs + last.retryAfterMs > untilMs) return asRefused(last)
    return new Promise((resolve, reject) => {
      let forget: () => void = () => undefined
      const waiter: Waiter = {
        takes,
        who,
        untilMs,
        arrival: this.arrivals++,
        last,
        settle: (result) => {
          forget()
          resolve(result)
        },
        fail: (reason) => {
          forget()
          reject(reason)
        },
      }
      const place = this.queue.findIndex((other) => isBefore(waiter, other))
      this.queue.splice(place === -1 ? this.queue.length : place, 0, waiter)
      forget = who.abort.onAbort((reason) => {
        this.queue = this.queue.filter((other) => other !== waiter)
        reject(reason)
      })
      this.arm(last.retryAfterMs)
    })
  }

  private arm(ms: number): void {
    this.cancelTimer?.()
    this.cancelTimer = this.deps.setTimer(() => void this.serve(), Math.min(ms, longestPauseMs))
  }

  private async serve(): Promise<void> {
    if (this.isServing) return
    this.isServing = true
    const blocked = new Set<string>()
    let soonestMs = longestPauseMs
    for (const waiter of [...this.queue]) {
      const ms = await this.serveOne(waiter, blocked)
      soonestMs = Math.min(soonestMs, Math.max(1, ms))
    }
    this.isServing = false
    if (this.queue.length > 0) this.arm(soonestMs)
  }

  /** Lets one go on if it passes, or if its time is over; says when it is worth trying again. */
  private async serveOne(waiter: Waiter, blocked: Set<string>): Promise<number> {
    // It may have left while another was served.
    if (!this.queue.includes(waiter)) return longestPauseMs
    if (!waiter.takes.some(({ key }) => blocked.has(key))) {
      const asked = this.store.take(waiter.takes)
      const result = asked instanceof Promise ? await asked.catch((reason: unknown) => this.drop(waiter, reason)) : asked
      if (result === undefined) return longestPauseMs
      if (result.refused === undefined) {
        this.settle(waiter, result)
        return longestPauseMs
      }
      waiter.last = result
    }
    for (const { key } of waiter.takes) blocked.add(key)
    const leftMs = waiter.untilMs - this.deps.monotonicNow()
    if (leftMs <= 0 && this.remove(waiter)) waiter.settle(asRefused(waiter.last))
    return Math.min(leftMs, waiter.last.retryAfterMs)
  }

  /** A store that counts nothing at the moment says so to everybody who asks. */
  private drop(waiter: Waiter, reason: unknown): undefined {
    if (this.remove(waiter)) waiter.fail(reason)
    return undefined
  }

  private settle(waiter: Waiter, result: TakeResult): void {
    if (this.remove(waiter)) waiter.settle(result)
    else this.giveBack(waiter.takes)
  }

  private remove(waiter: Waiter): boolean {
    const place = this.queue.indexOf(waiter)
    if (place === -1) return false
    this.queue.splice(place, 1)
    return true
  }

  /** Who left while the store answered has no use for what it was given. */
  private giveBack(takes: readonly Take[]): void {
    for (const take of takes) if (take.type === 'rate') this.store.adjust(take, -take.amount)
    this.store.release(takes)
  }
}

function shares(takes: readonly Take[], others: readonly Take[]): boolean {
  return takes.some(({ key }) => others.some((other) => other.key === key))
}

/** Who is refused behind another may not have been refused itself. */
function asRefused(result: TakeResult): TakeResult {
  return result.refused === undefined ? { ...result, refused: 0 } : result
}

/** Creates a taker that lets requests wait instead of refusing them. */
export function createPacer(store: LimitStore, options: PacerOptions, deps: Pick<Deps, 'monotonicNow' | 'setTimer'>): Taker {
  return new Pacer(store, options, deps)
}
