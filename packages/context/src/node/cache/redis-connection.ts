import type { RedisClientType } from '@redis/client'
import { Keyv } from 'keyv'
import { rowSerializer } from './stored-row.ts'

/** One connection to Redis, with Keyv on top of it. */
export interface RedisConnection {
  readonly keyv: Keyv
  /** Sends a command as it is. */
  readonly command: (...parts: readonly string[]) => Promise<unknown>
  /** Calls back for each message of a channel, and whenever the connection stands: before that messages may have been missed. */
  readonly listen: (channel: string, listener: { readonly onMessage: (message: string) => void; readonly onReady: () => void }) => void
  readonly close: () => void
}

export interface RedisConnectionOptions {
  readonly url: string
  /** Stands before every key. */
  readonly prefix: string
  readonly timeoutMs: number
}

type Client = Pick<RedisClientType, 'connect' | 'destroy' | 'sendCommand' | 'subscribe' | 'isOpen' | 'on'>

/*
 * @keyv/redis connects at the first command and hangs for ever when Redis is down. So the client is connected here, in the
 * background and again and again, and refuses commands at once while it is not: a Redis that is down costs nothing, and
 * one that comes back is used again. A frozen Redis (it accepts and never answers) is beyond what the client notices: the
 * guard around the store bounds each call.
 */
export async function openRedis({ url, prefix, timeoutMs }: RedisConnectionOptions): Promise<RedisConnection> {
  const { default: KeyvRedis, createClient } = await import('@keyv/redis')
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 300, reconnectStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000) },
    commandOptions: { timeout: timeoutMs },
  })
  const plain: Client = client as Client
  plain.on('error', () => undefined)
  // Waited for as long as one look-up may take; after that it goes on by itself.
  const connecting = plain.connect().then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([connecting, new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref())])
  const store = new KeyvRedis(client as RedisClientType, { namespace: prefix, throwOnConnectError: false, throwOnErrors: true })
  store.on('error', () => undefined)
  const keyv = new Keyv({ store, namespace: prefix, useKeyPrefix: false, throwOnErrors: true, ...rowSerializer })
  keyv.on('error', () => undefined)
  // A connection that listens can do nothing else.
  const listeners: Client[] = []
  return {
    keyv,
    command: (...parts) => plain.sendCommand([...parts]),
    listen: (channel, { onMessage, onReady }) => {
      const listening = (client as RedisClientType).duplicate() as Client
      listeners.push(listening)
      listening.on('error', () => undefined)
      void listening
        .connect()
        .then(() => listening.subscribe(channel, onMessage))
        .then(() => {
          listening.on('ready', onReady)
          onReady()
        })
        // The client connects again by itself; what it gives up with is a connection that has been closed.
        .catch(() => undefined)
    },
    close: () => {
      for (const one of [plain, ...listeners]) if (one.isOpen) one.destroy()
    },
  }
}
