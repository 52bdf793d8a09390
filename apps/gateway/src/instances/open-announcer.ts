import { type Announcer, createAnnouncer, type GatewayConfig } from '@proxyapi/server'
import { createRedisAnnouncements } from '@proxyapi/server/node'

/** Tells other instances over Redis where there is one, else over PostgreSQL; without either there are none that could be told. */
export async function openAnnouncer({ redis, database }: Pick<GatewayConfig, 'redis' | 'database'>): Promise<Announcer> {
  if (redis.url !== '') return createAnnouncer(await createRedisAnnouncements({ url: redis.url }))
  if (database.url === '') return createAnnouncer()
  const { createPostgresAnnouncements } = await import('./postgres-announcements.ts')
  return createAnnouncer(createPostgresAnnouncements(database.url))
}
