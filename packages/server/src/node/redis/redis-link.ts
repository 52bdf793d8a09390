import { createHash } from 'node:crypto'
import type { Deps } from '@proxyapi/core'

/** A script with the digest under which Redis keeps it. */
export interface Script {
  readonly text: string
  readonly digest: string
}

export function toScript(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') }
}

/** A connection to Redis that says at once when there is none. */
export interface RedisLink {
  readonly isUp: () => boolean
  /** Runs a script. Rejects at once while Redis can't be reached, and after the time limit. */
  readonly run: (script: Script, keys: readonly string[], args: readonly (string | number)[]) => Promise<readonly unknown[]>
  readonly command: (...parts: readonly string[]) => Promise<unknown>
  readonly close: () => Promise<void>
}

export interface RedisLinkOptions {
  /** For instance `redis://:password@host:6379/0`. */
  readonly url: string
  /** After this long a command is given up, and Redis counts as gone. Default: 250. */
  readonly timeoutMs?: number | undefined
  /** Called when Redis can be reached again, before it is used. A failure means that it can't yet. */
  readonly onUp: (link: Pick<RedisLink, 'run' | 'command'>) => Promise<void>
  /** Called once for each change. */
  readonly onChange: (isUp: boolean) => void
}

interface Client {
  readonly connect: () => Promise<unknown>
  readonly destroy: () => void
  readonly sendCommand: (parts: readonly string[]) => Promise<unknown>
  readonly on: (event: 'error', listener: () => void) => unknown
  readonly isOpen: boolean
}

const probeMs = 250

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

/*
 * The client connects again by itself, but knows nothing of a Redis that is frozen. So every command has a time limit of ours; the first that fails says that
 * Redis is gone, and from then on commands fail at once until a probe succeeds.
 */
export async function openRedisLink(options: RedisLinkOptions, deps: Pick<Deps, 'setTimer'>): Promise<RedisLink> {
  const { createClient } = await import('@redis/client')
  const { timeoutMs = 250, onUp, onChange } = options
  const client = createClient({
    url: options.url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 1_000, reconnectStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) },
  }) as unknown as Client // as much of it as is used
  client.on('error', () => undefined)
  let isUp = false
  let isClosed = false
  let cancelProbe: () => void = () => undefined

  const within = <Value>(working: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      const cancel = deps.setTimer(() => reject(new Error('Redis did not answer in time.')), timeoutMs)
      working.then(resolve, reject).finally(cancel)
    })
  const command = (...parts: readonly string[]): Promise<unknown> => within(client.sendCommand(parts))
  const run: RedisLink['run'] = async (script, keys, args) => {
    const rest = [String(keys.length), ...keys, ...args.map(String)]
    try {
      return (await command('EVALSHA', script.digest, ...rest)) as readonly unknown[] // our scripts answer lists, or a number that nobody reads
    } catch (error) {
      if (!isUnknownScript(error)) throw error
      return (await command('EVAL', script.text, ...rest)) as readonly unknown[] // as above
    }
  }
  const change = (next: boolean): void => {
    if (isUp === next || isClosed) return
    isUp = next
    onChange(next)
    if (!next) scheduleProbe()
  }
  const probe = async (): Promise<void> => {
    try {
      await command('PING')
      await onUp({ run, command })
      change(true)
    } catch {
      scheduleProbe()
    }
  }
  const scheduleProbe = (): void => {
    cancelProbe()
    if (!isClosed) cancelProbe = deps.setTimer(() => void probe(), probeMs)
  }
  const guarded = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (!isUp) throw new Error('Redis can’t be reached.')
    try {
      return await work()
    } catch (error) {
      change(false)
      throw error
    }
  }
  client.connect().catch(() => undefined)
  await new Promise<void>((resolve) => {
    deps.setTimer(resolve, 20)
  })
  await probe()
  return {
    isUp: () => isUp,
    run: (script, keys, args) => guarded(() => run(script, keys, args)),
    command: (...parts) => guarded(() => command(...parts)),
    close: async () => {
      isClosed = true
      cancelProbe()
      if (client.isOpen) client.destroy()
    },
  }
}
