import { type Deps, ProxyApiError } from '@proxyapi/core'
import {
  createMemoryLimitStore,
  type LimitStore,
  type MemoryLimitStore,
  type RateTake,
  type Take,
  type TakeResult,
} from '@proxyapi/core/limits'
import { adjustScript, holdScript, releaseScript, takeScript } from './limit-scripts.ts'
import { type RedisLink, toScript } from './redis-link.ts'

/** What holds while a shared store can't be reached: each instance's share of a limit, nothing, or everything is refused. */
export type StoreFailure = 'local_share' | 'fail_open' | 'fail_closed'

/** How instances share a store. */
export interface SharedStoreOptions {
  readonly link: () => RedisLink
  /** Tells this process from all others, and from itself before a restart: what it holds goes with it. */
  readonly instance: string
  /** Names what it has spent, the same after a restart; `undefined` where nothing is remembered of before. */
  readonly ledger: string | undefined
  readonly onFailure: StoreFailure
  /** How many instances share a limit while each counts by itself. */
  readonly instances: number
}

/** A limit store over Redis. */
export interface SharedLimitStore extends LimitStore {
  /** Says anew what this instance holds. */
  readonly restate: (link: Pick<RedisLink, 'run'>) => Promise<void>
}

/** What an instance holds counts for so long after it said so last. */
export const lapseMs = 60_000
const maxDoubts = 100_000
export const prefix = 'proxyapi:limits:'

export const limitScripts = {
  take: toScript(takeScript),
  adjust: toScript(adjustScript),
  release: toScript(releaseScript),
  hold: toScript(holdScript),
}

export function unreachable(): ProxyApiError {
  const message = 'Limits can’t be counted at the moment, and what can’t be counted is refused.'
  return new ProxyApiError({ code: 'storage_unavailable', message, retryable: true, retryAfterMs: 1_000 })
}

function argsOf(takes: readonly Take[]): readonly (string | number)[] {
  return takes.flatMap((take) =>
    take.type === 'rate' ? ['r', take.rate.limit, take.rate.windowMs, take.rate.burst, Math.ceil(take.amount)] : ['p', take.limit, 0, 0, 1],
  )
}

function toResult(takes: readonly Take[], answer: readonly unknown[]): TakeResult {
  const [refused = 0, wait = 0, ...rest] = answer.map(Number)
  const standings = takes.map((_, index) => ({ remaining: rest[2 * index] ?? 0, resetMs: rest[2 * index + 1] ?? 0 }))
  return { refused: refused === 0 ? undefined : refused - 1, retryAfterMs: wait, standings }
}

/** A take of one instance's part of a limit. */
function share(take: Take, instances: number): Take {
  const part = (whole: number): number => Math.max(1, Math.floor(whole / instances))
  if (take.type === 'parallel') return { ...take, limit: part(take.limit) }
  return { ...take, rate: { ...take.rate, limit: part(take.rate.limit), burst: part(take.rate.burst) } }
}

class LimitsOverRedis implements SharedLimitStore {
  private readonly options: SharedStoreOptions
  private readonly local: MemoryLimitStore
  /** Places that this instance holds. */
  private readonly held = new Map<string, number>()
  /** Those whose count Redis may have wrong. */
  private readonly changed = new Set<string>()

  constructor(options: SharedStoreOptions, deps: Pick<Deps, 'monotonicNow'>) {
    this.options = options
    this.local = createMemoryLimitStore({}, deps)
  }

  readonly restate = async ({ run }: Pick<RedisLink, 'run'>): Promise<void> => {
    const keys = [...new Set([...this.held.keys(), ...this.changed])]
    if (keys.length === 0) return
    const counts = keys.map((key) => this.held.get(key) ?? 0)
    await run(
      limitScripts.hold,
      keys.map((key) => prefix + key),
      [this.options.instance, lapseMs, ...counts],
    )
    for (const key of keys) this.changed.delete(key)
  }

  async take(takes: readonly Take[]): Promise<TakeResult> {
    const { link, instance } = this.options
    if (!link().isUp()) return this.takeAway(takes)
    let answer: readonly unknown[]
    try {
      answer = await link().run(
        limitScripts.take,
        takes.map(({ key }) => prefix + key),
        [instance, lapseMs, ...argsOf(takes)],
      )
    } catch {
      // Whether it was counted is not known: what this instance holds is said anew when Redis is back.
      this.doubt(takes)
      return this.takeAway(takes)
    }
    const result = toResult(takes, answer)
    if (result.refused === undefined) this.note(takes, 1)
    return result
  }

  adjust({ key, rate }: RateTake, amount: number): void {
    const { link, instance } = this.options
    const args = [instance, lapseMs, rate.limit, rate.windowMs, Math.round(amount)]
    // A rate that was not settled mends itself within its window.
    void link()
      .run(limitScripts.adjust, [prefix + key], args)
      .catch(() => undefined)
  }

  release(takes: readonly Take[]): void {
    const { link, instance } = this.options
    this.note(takes, -1)
    this.local.release(takes)
    const places = takes.flatMap(({ type, key }) => (type === 'parallel' ? [prefix + key] : []))
    if (places.length > 0)
      void link()
        .run(limitScripts.release, places, [instance, lapseMs])
        .catch(() => this.doubt(takes))
  }

  private takeAway(takes: readonly Take[]): TakeResult {
    const { onFailure, instances } = this.options
    if (onFailure === 'fail_closed') throw unreachable()
    if (onFailure === 'fail_open') {
      this.note(takes, 1)
      this.doubt(takes)
      return { retryAfterMs: 0, standings: [] }
    }
    const result = this.local.take(takes.map((take) => share(take, instances)))
    if (result.refused !== undefined) return result
    this.note(takes, 1)
    this.doubt(takes)
    return result
  }

  private note(takes: readonly Take[], by: 1 | -1): void {
    for (const { type, key } of takes) {
      if (type !== 'parallel') continue
      const count = Math.max(0, (this.held.get(key) ?? 0) + by)
      if (count === 0) this.held.delete(key)
      else this.held.set(key, count)
    }
  }

  private doubt(takes: readonly Take[]): void {
    // What is not said anew lapses by itself.
    if (this.changed.size >= maxDoubts) this.changed.clear()
    for (const { type, key } of takes) if (type === 'parallel') this.changed.add(key)
  }
}

/** Creates a limit store that instances share over Redis. */
export function createSharedLimitStore(options: SharedStoreOptions, deps: Pick<Deps, 'monotonicNow'>): SharedLimitStore {
  return new LimitsOverRedis(options, deps)
}
