import { type Deps, ProxyApiError } from '@proxyapi/core'
import { createMemoryLimitStore, type LimitStore, type RateTake, type Take, type TakeResult } from '@proxyapi/core/limits'
import { adjustScript, holdScript, releaseScript, takeScript } from './limit-scripts.ts'
import { type RedisLink, toScript } from './redis-link.ts'

/** What holds while a shared store can't be reached: each instance's share of a limit, nothing, or everything is refused. */
export type StoreFailure = 'local_share' | 'fail_open' | 'fail_closed'

/** How instances share a store. */
export interface SharedStoreOptions {
  readonly link: () => RedisLink
  /** Tells this process from all others, and from itself before a restart. */
  readonly instance: string
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
export const prefix = 'proxyapi:limits:'

const scripts = { take: toScript(takeScript), adjust: toScript(adjustScript), release: toScript(releaseScript), hold: toScript(holdScript) }

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

/** Creates a limit store that instances share over Redis. */
export function createSharedLimitStore({ link, instance, onFailure, instances }: SharedStoreOptions, deps: Pick<Deps, 'now'>): SharedLimitStore {
  const local = createMemoryLimitStore({}, deps)
  /** Places that this instance holds. */
  const held = new Map<string, number>()
  /** Those whose count Redis may have wrong. */
  const changed = new Set<string>()
  const note = (takes: readonly Take[], by: 1 | -1): void => {
    for (const { type, key } of takes) {
      if (type !== 'parallel') continue
      const count = Math.max(0, (held.get(key) ?? 0) + by)
      if (count === 0) held.delete(key)
      else held.set(key, count)
    }
  }
  const placesOf = (takes: readonly Take[]): readonly string[] => takes.flatMap(({ type, key }) => (type === 'parallel' ? [prefix + key] : []))
  const away = (takes: readonly Take[]): TakeResult => {
    if (onFailure === 'fail_closed') throw unreachable()
    const result: TakeResult = onFailure === 'fail_open' ? { retryAfterMs: 0, standings: [] } : local.take(takes.map((take) => share(take, instances)))
    if (result.refused !== undefined) return result
    note(takes, 1)
    for (const { type, key } of takes) if (type === 'parallel') changed.add(key)
    return result
  }
  return {
    take: async (takes) => {
      if (!link().isUp()) return away(takes)
      let answer: readonly unknown[]
      try {
        answer = await link().run(scripts.take, takes.map(({ key }) => prefix + key), [instance, lapseMs, ...argsOf(takes)])
      } catch {
        // Whether it was counted is not known: what this instance holds is said anew when Redis is back.
        for (const { type, key } of takes) if (type === 'parallel') changed.add(key)
        return away(takes)
      }
      const result = toResult(takes, answer)
      if (result.refused === undefined) note(takes, 1)
      return result
    },
    adjust: ({ key, rate }: RateTake, amount: number) => {
      // A rate that was not settled mends itself within its window.
      void link().run(scripts.adjust, [prefix + key], [instance, lapseMs, rate.limit, rate.windowMs, Math.round(amount)]).catch(() => undefined)
    },
    release: (takes) => {
      note(takes, -1)
      local.release(takes)
      const places = placesOf(takes)
      if (places.length === 0) return
      void link()
        .run(scripts.release, places, [instance, lapseMs])
        .catch(() => {
          for (const { type, key } of takes) if (type === 'parallel') changed.add(key)
        })
    },
    restate: async ({ run }) => {
      const keys = [...new Set([...held.keys(), ...changed])]
      if (keys.length === 0) return
      await run(scripts.hold, keys.map((key) => prefix + key), [instance, lapseMs, ...keys.map((key) => held.get(key) ?? 0)])
      for (const key of keys) changed.delete(key)
    },
  }
}
