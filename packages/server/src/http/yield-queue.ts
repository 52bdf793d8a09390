import { setImmediate } from 'node:timers'

/** Resolves when the event loop has had a turn of its own, one caller a turn. Tenants take turns, however much one of them asks for. */
export type NextTurn = (tenant?: string) => Promise<void>

/**
 * Schedules work that runs in slices. However many conversations are condensed at once, the event loop handles everything else
 * between two slices: each of its rounds starts one waiting slice, of the tenant that has waited longest for one.
 */
export function createYieldQueue(): NextTurn {
  const waiting = new Map<string, (() => void)[]>()
  const wakeOne = (): void => {
    const next = waiting.entries().next()
    if (next.done === true) return
    const [tenant, slices] = next.value
    waiting.delete(tenant)
    slices.shift()?.()
    if (slices.length > 0) waiting.set(tenant, slices)
    if (waiting.size > 0) setImmediate(wakeOne)
  }
  return (tenant = '') =>
    new Promise((resolve) => {
      if (waiting.size === 0) setImmediate(wakeOne)
      const slices = waiting.get(tenant)
      if (slices === undefined) waiting.set(tenant, [resolve])
      else slices.push(resolve)
    })
}

/** The turns of this process: there is one event loop, and so one queue for it. */
export const nextTurn: NextTurn = createYieldQueue()
