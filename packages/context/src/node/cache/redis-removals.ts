import { randomUUID } from 'node:crypto'
import type { EntrySelector } from '../../cache/store/entry.ts'
import type { RedisConnection } from './redis-connection.ts'

/*
 * What one gateway removes from a Redis that several share, the others must forget in their own memory and on their own disks. Each
 * removal has a number, is told on a channel, and stays in a list for a week: who was away reads there what it has missed.
 */

/** How a process tells others of its removals, and hears of theirs. */
export interface RedisRemovals {
  readonly tell: (connection: RedisConnection, selector: EntrySelector) => Promise<void>
  readonly onRemoved: (listener: (selector: EntrySelector) => void) => void
  /** Begins to listen, where somebody wants to know. */
  readonly listen: (connection: RedisConnection) => void
}

interface Removal {
  readonly number: number
  readonly from: string
  readonly selector: EntrySelector
}

const maxRemembered = '1000'
const rememberedSeconds = '604800'

function parseRemoval(text: string): Removal | undefined {
  try {
    const { number, from, selector } = JSON.parse(text) as Partial<Removal>
    if (typeof number !== 'number' || typeof from !== 'string' || typeof selector !== 'object' || selector === null) return undefined
    return { number, from, selector }
  } catch {
    // What somebody else wrote there is no removal.
    return undefined
  }
}

/** What a process that was away has to do: follow what it missed, or forget everything where the list does not reach back far enough. */
function missed(removals: readonly Removal[], seen: number | undefined): readonly EntrySelector[] {
  // A process that has just started holds what its disk holds: what was erased of people must not be in it.
  if (seen === undefined) return removals.filter(({ selector }) => selector.user !== undefined).map(({ selector }) => selector)
  const later = removals.filter(({ number }) => number > seen)
  const [first] = later
  return first !== undefined && first.number > seen + 1 ? [{}] : later.map(({ selector }) => selector)
}

export function createRedisRemovals(prefix: string): RedisRemovals {
  const [channel, log, count] = [`${prefix}:removed`, `${prefix}:removals`, `${prefix}:removal-count`]
  const own = randomUUID()
  const listeners: ((selector: EntrySelector) => void)[] = []
  let seen: number | undefined
  const follow = (selector: EntrySelector): void => {
    for (const listener of listeners) listener(selector)
  }
  const catchUp = async ({ command }: RedisConnection): Promise<void> => {
    const texts = (await command('LRANGE', log, '0', '-1')) as readonly string[]
    const removals = texts.flatMap((text) => parseRemoval(text) ?? [])
    for (const selector of missed(removals, seen)) follow(selector)
    seen = Math.max(seen ?? 0, ...removals.map(({ number }) => number))
  }
  return {
    tell: async ({ command }, selector) => {
      const number = Number(await command('INCR', count))
      const removal = JSON.stringify({ number, from: own, selector } satisfies Removal)
      await command('RPUSH', log, removal)
      await command('LTRIM', log, `-${maxRemembered}`, '-1')
      await command('EXPIRE', log, rememberedSeconds)
      await command('PUBLISH', channel, removal)
    },
    onRemoved: (listener) => {
      listeners.push(listener)
    },
    listen: (connection) => {
      if (listeners.length === 0) return
      connection.listen(channel, {
        onMessage: (message) => {
          const removal = parseRemoval(message)
          if (removal === undefined) return
          seen = Math.max(seen ?? 0, removal.number)
          if (removal.from !== own) follow(removal.selector)
        },
        // A Redis that goes away again right now is asked at its return.
        onReady: () => void catchUp(connection).catch(() => undefined),
      })
    },
  }
}
