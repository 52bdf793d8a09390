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
  /** Those that will be run. */
  readonly scripts: readonly Script[]
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
const defaultTimeoutMs = 250
const handshakeMs = 20

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

async function connect(url: string): Promise<Client> {
  const { createClient } = await import('@redis/client')
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 1_000, reconnectStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) },
  }) as unknown as Client // as much of it as is used
  client.on('error', () => undefined)
  client.connect().catch(() => undefined)
  return client
}

/*
 * The client connects again by itself, but knows nothing of a Redis that is frozen. So every command has a time limit of ours; the first that fails says that
 * Redis is gone, and from then on commands fail at once until a probe succeeds.
 */
class Link implements RedisLink {
  private readonly client: Client
  private readonly options: RedisLinkOptions
  private readonly deps: Pick<Deps, 'setTimer'>
  private up = false
  private isClosed = false
  private cancelProbe: () => void = () => undefined

  constructor(client: Client, options: RedisLinkOptions, deps: Pick<Deps, 'setTimer'>) {
    this.client = client
    this.options = options
    this.deps = deps
  }

  isUp(): boolean {
    return this.up
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<readonly unknown[]> {
    return this.guarded(() => this.evaluate(script, keys, args))
  }

  command(...parts: readonly string[]): Promise<unknown> {
    return this.guarded(() => this.send(parts))
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.cancelProbe()
    if (this.client.isOpen) this.client.destroy()
  }

  /** Whether Redis can be used; asked again and again while it can't. */
  async probe(): Promise<void> {
    const { scripts, onUp } = this.options
    const bare = {
      run: (script: Script, keys: readonly string[], args: readonly (string | number)[]) => this.evaluate(script, keys, args),
      command: (...parts: readonly string[]) => this.send(parts),
    }
    try {
      // Loaded before they are used: what is sent by digest keeps its order.
      await Promise.all(scripts.map(({ text }) => this.send(['SCRIPT', 'LOAD', text])))
      await onUp(bare)
      this.change(true)
    } catch {
      this.scheduleProbe()
    }
  }

  private send(parts: readonly string[]): Promise<unknown> {
    const working = this.client.sendCommand(parts)
    return new Promise((resolve, reject) => {
      const cancel = this.deps.setTimer(
        () => reject(new Error('Redis did not answer in time.')),
        this.options.timeoutMs ?? defaultTimeoutMs,
      )
      working.then(resolve, reject).finally(cancel)
    })
  }

  private async evaluate(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<readonly unknown[]> {
    const rest = [String(keys.length), ...keys, ...args.map(String)]
    try {
      return (await this.send(['EVALSHA', script.digest, ...rest])) as readonly unknown[] // our scripts answer lists, or a number that nobody reads
    } catch (error) {
      if (!isUnknownScript(error)) throw error
      return (await this.send(['EVAL', script.text, ...rest])) as readonly unknown[] // as above
    }
  }

  private async guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!this.up) throw new Error('Redis can’t be reached.')
    try {
      return await work()
    } catch (error) {
      this.change(false)
      throw error
    }
  }

  private change(next: boolean): void {
    if (this.up === next || this.isClosed) return
    this.up = next
    this.options.onChange(next)
    if (!next) this.scheduleProbe()
  }

  private scheduleProbe(): void {
    this.cancelProbe()
    if (!this.isClosed) this.cancelProbe = this.deps.setTimer(() => void this.probe(), probeMs)
  }
}

/** Connects, and waits for as long as a first answer takes; after that it goes on by itself. */
export async function openRedisLink(options: RedisLinkOptions, deps: Pick<Deps, 'setTimer'>): Promise<RedisLink> {
  const client = await connect(options.url)
  const link = new Link(client, options, deps)
  // The handshake; a Redis that takes longer is found by the next probe.
  await new Promise<void>((resolve) => {
    deps.setTimer(resolve, handshakeMs)
  })
  await link.probe()
  return link
}
