import { randomUUID } from 'node:crypto'
import { type Deps, systemDeps } from '@proxyapi/core'
import type { SharedLimits } from '../../limits/limits-capability.ts'
import { userDigest } from '../../limits/user-subject.ts'
import { openRedisLink, type RedisLink } from './redis-link.ts'
import { budgetScripts, createSharedBudgetStore } from './shared-budget-store.ts'
import { createSharedLimitStore, lapseMs, limitScripts, prefix, type StoreFailure } from './shared-limit-store.ts'

/** How instances share limits and budgets over Redis. */
export interface RedisLimitsOptions {
  /** For instance `redis://:password@host:6379/0`. */
  readonly url: string
  /** What holds while Redis can't be reached. Default: `local_share`. */
  readonly onFailure?: StoreFailure | undefined
  /** How many instances share a limit while each counts by itself. Default: 1. */
  readonly instances?: number | undefined
  /**
   * Names the ledger of this instance, which no other shares: the same after a restart. Then what it had spent is found there when Redis has lost it.
   * Default: drawn by chance, and the ledger is not asked.
   */
  readonly ledger?: string | undefined
  /** After this long a command is given up, and Redis counts as gone. Default: 250. */
  readonly timeoutMs?: number | undefined
  /** Called once for each change. */
  readonly onChange?: ((isReachable: boolean) => void) | undefined
}

/** How often an instance says that what it holds is still held. */
const renewMs = lapseMs / 3

/** Deletes what is kept of an end user, and gives how many entries that were. */
async function erase(link: RedisLink, digest: string): Promise<number> {
  let cursor = '0'
  let erased = 0
  do {
    const answer = await link.command('SCAN', cursor, 'MATCH', `${prefix}user:${digest}:*`, 'COUNT', '1000')
    const [next, keys] = answer as readonly [string, readonly string[]] // as SCAN answers
    if (keys.length > 0) erased += Number(await link.command('DEL', ...keys))
    cursor = String(next)
  } while (cursor !== '0')
  return erased
}

/**
 * Limits and budgets that several instances count together, over Redis: one script a request for its rates and places, one for the money of an attempt,
 * and what is settled is sent without waiting. A Redis that can't be reached costs nothing but what `onFailure` says; when it is back, each instance says
 * what it has spent and holds, so that nothing is lost even by a Redis that has lost everything.
 */
export async function createRedisLimits(
  options: RedisLimitsOptions,
  deps: Pick<Deps, 'now' | 'monotonicNow' | 'setTimer'> = systemDeps,
): Promise<SharedLimits> {
  const { onFailure = 'local_share', instances = 1, onChange } = options
  let link: RedisLink | undefined
  const isUp = (): boolean => link?.isUp() ?? false
  const gone: RedisLink = {
    isUp: () => false,
    run: () => Promise.reject(new Error('Redis can’t be reached.')),
    command: () => Promise.reject(new Error('Redis can’t be reached.')),
    close: async () => undefined,
  }
  const instance = randomUUID().slice(0, 8)
  const shared = { link: () => link ?? gone, instance, ledger: options.ledger, onFailure, instances }
  const limits = createSharedLimitStore(shared, deps)
  const budgets = createSharedBudgetStore(shared, deps)
  const restate = async (over: Pick<RedisLink, 'run'>): Promise<void> => {
    await budgets.restate(over)
    await limits.restate(over)
  }
  let cancelRenewal: () => void = () => undefined
  const renew = (): void => {
    cancelRenewal = deps.setTimer(() => {
      if (link !== undefined && isUp()) void restate(link).catch(() => undefined)
      renew()
    }, renewMs)
  }
  link = await openRedisLink(
    {
      url: options.url,
      scripts: [...Object.values(limitScripts), ...Object.values(budgetScripts)],
      timeoutMs: options.timeoutMs,
      onUp: restate,
      onChange: (isReachable) => {
        if (!isReachable) budgets.onDown()
        onChange?.(isReachable)
      },
    },
    deps,
  )
  renew()
  return {
    limits,
    budgets,
    isReachable: isUp,
    loadFrom: budgets.loadFrom,
    eraseUser: async (user) => {
      const digest = userDigest(user)
      budgets.forget(`user:${digest}:`)
      return link === undefined ? 0 : erase(link, digest)
    },
    close: async () => {
      cancelRenewal()
      await link?.close()
    },
  }
}
