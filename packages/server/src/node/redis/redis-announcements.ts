import type { AnnouncementChannel } from '../../announcements/announcer.ts'

/** How announcements go over Redis. */
export interface RedisAnnouncementsOptions {
  /** For instance `redis://:password@host:6379/0`. */
  readonly url: string
  /** Who listens to the same channel is told. Default: `proxyapi:announcements`. */
  readonly channel?: string | undefined
}

interface Client {
  readonly connect: () => Promise<unknown>
  readonly destroy: () => void
  readonly publish: (channel: string, text: string) => Promise<unknown>
  readonly subscribe: (channel: string, listener: (text: string) => void) => Promise<unknown>
  readonly on: (event: 'error', listener: () => void) => unknown
  readonly isOpen: boolean
  readonly isReady: boolean
}

/** A Redis that is frozen takes commands and answers none: no more than these wait. */
const maxWaiting = 1_000

/** The client connects again by itself, and subscribes anew when it has. */
async function createClients(url: string): Promise<readonly [sending: Client, listening: Client]> {
  const { createClient } = await import('@redis/client')
  const create = (): Client => {
    const client = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: maxWaiting,
      socket: { connectTimeout: 1_000, reconnectStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) },
    }) as unknown as Client // as much of it as is used
    client.on('error', () => undefined)
    return client
  }
  // A connection that listens can do nothing else.
  return [create(), create()]
}

/** Announcements over Redis' publish and subscribe. While Redis can't be reached they are lost. Needs the optional peer dependency `@redis/client`. */
export async function createRedisAnnouncements({
  url,
  channel = 'proxyapi:announcements',
}: RedisAnnouncementsOptions): Promise<AnnouncementChannel> {
  const [sending, listening] = await createClients(url)
  let isClosed = false
  // A connection that is closed before it stands fails to come about, and nobody waits for it.
  void sending.connect().catch(() => undefined)
  return {
    send: (text) => {
      if (sending.isReady) void sending.publish(channel, text).catch(() => undefined)
    },
    listen: (onText) => {
      void listening
        .connect()
        .then(async () => {
          if (!isClosed) await listening.subscribe(channel, onText)
        })
        .catch(() => undefined)
    },
    close: async () => {
      isClosed = true
      for (const client of [sending, listening]) if (client.isOpen) client.destroy()
    },
  }
}
