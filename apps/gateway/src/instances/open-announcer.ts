import { type Announcer, createAnnouncer, type GatewayConfig } from '@proxyapi/server'
import { createRedisAnnouncements } from '@proxyapi/server/node'
import { createPostgresAnnouncements } from './postgres-announcements.ts'

/** Tells other instances over Redis where there is one, else over PostgreSQL; without either there are none that could be told. */
export async function openAnnouncer({ redis, database }: Pick<GatewayConfig, 'redis' | 'database'>): Promise<Announcer> {
  if (redis.url !== '') return createAnnouncer(await createRedisAnnouncements({ url: redis.url }))
  return createAnnouncer(database.url === '' ? undefined : createPostgresAnnouncements(database.url))
}
