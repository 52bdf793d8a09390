import type { AnnouncementChannel, GatewayConfig } from '@proxyapi/server'
import { createRedisAnnouncements } from '@proxyapi/server/node'

/** The way to other instances: over Redis where there is one, else over PostgreSQL; `undefined` without either, for there are none that could be told. */
export async function openAnnouncements({
  redis,
  database,
}: Pick<GatewayConfig, 'redis' | 'database'>): Promise<AnnouncementChannel | undefined> {
  if (redis.url !== '') return await createRedisAnnouncements({ url: redis.url })
  if (database.url === '') return undefined
  const { createPostgresAnnouncements } = await import('./postgres-announcements.ts')
  return createPostgresAnnouncements(database.url)
}
