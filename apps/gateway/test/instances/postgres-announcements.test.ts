import { systemDeps } from '@proxyapi/core'
import { type Announcer, createAnnouncer } from '@proxyapi/server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresAnnouncements } from '../../src/instances/postgres-announcements.ts'
import { hasPostgres, type Postgres, startPostgres } from '../keys/start-postgres.ts'

describe.skipIf(!hasPostgres)('announcements over a real PostgreSQL', () => {
  let server: Postgres
  let url: string
  const opened: Announcer[] = []
  beforeAll(async () => {
    server = await startPostgres()
    url = server.createDatabase()
  }, 60_000)
  afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())))
  afterAll(() => server.stop())

  function open(): { readonly announcer: Announcer; readonly heard: string[] } {
    const announcer = createAnnouncer(createPostgresAnnouncements(url))
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

  it('reach the others, before and after the server was gone, and meanwhile cost nothing', async () => {
    const [one, other] = [open(), open()]
    await reaches(one.announcer, other.heard, 'it’s the "first"')
    await server.pause()
    one.announcer.publish('configuration.reloaded', { revision: 'lost' })
    await server.resume()
    await reaches(other.announcer, one.heard, 'later')
    expect(other.heard).not.toContain('lost')
    expect(one.heard).not.toContain('it’s the "first"')
  }, 60_000)

  it('end though the server can’t be reached', async () => {
    const channel = createPostgresAnnouncements('postgres://proxyapi@127.0.0.1:1/none')
    channel.send('x')
    await channel.close()
  })
})
