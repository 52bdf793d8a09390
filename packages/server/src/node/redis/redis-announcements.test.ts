import { systemDeps } from '@proxyapi/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Announcer, createAnnouncer } from '../../announcements/announcer.ts'
import { hasRedisServer, type RedisServer, startRedis } from './__fixtures__/redis-server.ts'
import { createRedisAnnouncements } from './redis-announcements.ts'

describe.skipIf(!hasRedisServer)('announcements over a real Redis', () => {
  let server: RedisServer
  const opened: Announcer[] = []
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())))
  afterAll(() => server.kill())

  async function open(): Promise<{ readonly announcer: Announcer; readonly heard: string[] }> {
    const announcer = createAnnouncer(await createRedisAnnouncements({ url: server.url }))
    opened.push(announcer)
    const heard: string[] = []
    announcer.subscribe('configuration.reloaded', ({ revision }) => heard.push(revision))
    return { announcer, heard }
  }
  async function reaches(from: Announcer, heard: readonly string[], revision: string): Promise<void> {
    while (!heard.includes(revision)) {
      from.publish('configuration.reloaded', { revision })
      await systemDeps.sleep(20)
    }
  }

  it('reach the others, before and after Redis was gone, and meanwhile cost nothing', async () => {
    const [one, other] = [await open(), await open()]
    await reaches(one.announcer, other.heard, 'first')
    await server.kill()
    one.announcer.publish('configuration.reloaded', { revision: 'lost' })
    await server.restart()
    await reaches(other.announcer, one.heard, 'later')
    expect(other.heard).not.toContain('lost')
    expect(one.heard).not.toContain('first')
  }, 30_000)

  it('end though Redis can’t be reached', async () => {
    const channel = await createRedisAnnouncements({ url: 'redis://127.0.0.1:1' })
    channel.listen(() => undefined)
    channel.send('x')
    await channel.close()
  })
})
