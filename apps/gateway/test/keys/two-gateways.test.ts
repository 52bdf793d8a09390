import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGateway, type Gateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../src/keys/open-key-store.ts'
import { hasPostgres, type Postgres, startPostgres } from './start-postgres.ts'

const secret = 'a secret that both gateways have'
const admin = 'admin-key-0123456789'

interface Running {
  readonly gateway: Gateway
  readonly listening: Listening
}

async function startOne(url: string, folder: string | undefined): Promise<Running> {
  const keyStore = await openKeyStore({ config: { database: { url } }, folder, secret })
  const gateway = createGateway({ auth: { api_keys: [{ name: 'ops', key: admin, role: 'admin' }] } }, { keyStore, secret })
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  gateway.start()
  return { gateway, listening }
}

async function ask(
  { listening }: Running,
  path: string,
  key: string,
  method = 'GET',
  body?: object,
): Promise<{ status: number; body: { id: string; key: string } }> {
  const response = await fetch(`http://127.0.0.1:${listening.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as { id: string; key: string } }
}

/** Asks until the status is there, for as long as a change may take to be in force everywhere. */
async function statusWithinASecond(running: Running, key: string, wanted: number): Promise<number> {
  const endAt = performance.now() + 1_000
  for (;;) {
    const { status } = await ask(running, '/v1/models', key)
    if (status === wanted || performance.now() > endAt) return status
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function describeTwoGateways(name: string, place: () => { readonly url: string; readonly folder: string | undefined }): void {
  describe(`two gateways over one ${name}`, () => {
    let running: readonly Running[] = []
    const start = async (): Promise<readonly [Running, Running]> => {
      const { url, folder } = place()
      const both = [await startOne(url, folder), await startOne(url, folder)] as const
      running = both
      return both
    }
    afterEach(async () => {
      for (const { listening } of running) await listening.stop(0)
    })

    it('have every change in force within a second', async () => {
      const [one, two] = await start()
      const change = async (path: string, method = 'POST', body?: object) => ask(one, `/api/keys${path}`, admin, method, body)
      const { id, key } = (await change('', 'POST', { name: 'web' })).body
      expect([await statusWithinASecond(one, key, 200), await statusWithinASecond(two, key, 200)]).toEqual([200, 200])
      await change(`/${id}/block`)
      expect(await statusWithinASecond(two, key, 401)).toBe(401)
      await change(`/${id}/unblock`)
      expect(await statusWithinASecond(two, key, 200)).toBe(200)
      await change(`/${id}`, 'PATCH', { routes: ['/v1/chat/completions'] })
      expect(await statusWithinASecond(two, key, 403)).toBe(403)
      await change(`/${id}`, 'PATCH', { routes: null, expires_at: new Date(Date.now() + 700).toISOString() })
      expect(await statusWithinASecond(two, key, 200)).toBe(200)
      expect(await statusWithinASecond(two, key, 401)).toBe(401)
      await change(`/${id}`, 'PATCH', { expires_at: null })
      expect(await statusWithinASecond(two, key, 200)).toBe(200)
      const rotated = (await change(`/${id}/rotate`, 'POST', { grace_minutes: 0.02 })).body
      expect([(await ask(two, '/v1/models', rotated.key)).status, (await ask(two, '/v1/models', key)).status]).toEqual([200, 200])
      await new Promise((resolve) => setTimeout(resolve, 1_200))
      expect([(await ask(two, '/v1/models', key)).status, (await ask(one, '/v1/models', key)).status]).toEqual([401, 401])
      await change(`/${id}`, 'DELETE')
      expect(await statusWithinASecond(two, rotated.key, 401)).toBe(401)
    })

    it('tell an unknown key once that it is unknown, and know it as soon as it is issued elsewhere', async () => {
      const [one, two] = await start()
      const unknown = `sk-${'x'.repeat(43)}`
      expect([(await ask(two, '/v1/models', unknown)).status, (await ask(two, '/v1/models', unknown)).status]).toEqual([401, 401])
      const { key } = (await ask(one, '/api/keys', admin, 'POST', { name: 'web' })).body
      expect((await ask(two, '/v1/models', key)).status).toBe(200)
    })
  })
}

const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-two-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describeTwoGateways('SQLite', () => ({ url: '', folder: newFolder() }))

describe('what lies in the folder', () => {
  it('holds no key, whatever was done with it', async () => {
    const folder = newFolder()
    const running = await startOne('', folder)
    const made = (await ask(running, '/api/keys', admin, 'POST', { name: 'web' })).body
    const rotated = (await ask(running, `/api/keys/${made.id}/rotate`, admin, 'POST', { grace_minutes: 5 })).body
    for (const key of [made.key, rotated.key]) await ask(running, '/v1/models', key)
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file)).toString('latin1'))
    await running.listening.stop(0)
    expect(bytes.length).toBeGreaterThan(0)
    // All of a key beyond its prefix.
    for (const key of [made.key, rotated.key]) expect(bytes.some((text) => text.includes(key.slice(8)))).toBe(false)
  })
})

describe.skipIf(!hasPostgres)('a real PostgreSQL', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  describeTwoGateways('PostgreSQL', () => ({ url: postgres.createDatabase(), folder: undefined }))

  it('that goes away leaves known keys in, says that others can’t be told, and heals', async () => {
    const url = postgres.createDatabase()
    const running = await startOne(url, undefined)
    const { key } = (await ask(running, '/api/keys', admin, 'POST', { name: 'web' })).body
    expect((await ask(running, '/v1/models', key)).status).toBe(200)
    await postgres.pause()
    expect((await ask(running, '/v1/models', key)).status).toBe(200)
    expect((await ask(running, '/v1/models', `sk-${'y'.repeat(43)}`)).status).toBe(503)
    expect((await ask(running, '/api/keys', admin)).status).toBe(503)
    await postgres.resume()
    expect((await ask(running, '/api/keys', admin)).status).toBe(200)
    expect((await ask(running, '/v1/models', `sk-${'z'.repeat(43)}`)).status).toBe(401)
    await running.listening.stop(0)
  })
})
