import { type Deps, systemDeps } from '@proxyapi/core'
import type { AnnouncementChannel } from '@proxyapi/server'
import pg from 'pg'

/** NOTIFY's channel: all databases of a server have channels of their own. */
const channel = 'proxyapi_announcements'
const connectTimeoutMs = 5_000
const reconnectMs = 1_000
/** A server that is frozen takes queries and answers none: no more than these wait. */
const maxWaiting = 1_000

/**
 * Announcements over PostgreSQL's LISTEN and NOTIFY, on a connection of their own: one that comes from a pool would lose its LISTEN. While the server
 * can't be reached they are lost, and it is tried again every second.
 */
export function createPostgresAnnouncements(url: string, { setTimer }: Pick<Deps, 'setTimer'> = systemDeps): AnnouncementChannel {
  let client: pg.Client | undefined
  let onText: (text: string) => void = () => undefined
  let cancelReconnect: () => void = () => undefined
  let waiting = 0
  let isClosed = false

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: 'proxyapi announcements',
    })
    // Told of once per connection, whether it breaks or never comes about.
    let isGone = false
    const onGone = (): void => {
      if (isGone) return
      isGone = true
      if (client === next) client = undefined
      void next.end().catch(() => undefined)
      if (!isClosed) cancelReconnect = setTimer(() => void connect(), reconnectMs)
    }
    next.on('error', onGone)
    next.on('end', onGone)
    next.on('notification', ({ payload }) => {
      if (payload !== undefined) onText(payload)
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      if (isClosed) await next.end()
      else client = next
    } catch {
      onGone()
    }
  }
  void connect()
  return {
    send: (text) => {
      if (client === undefined || waiting >= maxWaiting) return
      waiting++
      client
        .query('select pg_notify($1, $2)', [channel, text])
        .catch(() => undefined)
        .finally(() => {
          waiting--
        })
    },
    listen: (listener) => {
      onText = listener
    },
    close: async () => {
      isClosed = true
      cancelReconnect()
      await client?.end().catch(() => undefined)
    },
  }
}
