import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemDeps } from '@proxyapi/core'
import {
  type AnnouncementChannel,
  createAnnouncer,
  createGateway,
  createMemoryKeyStore,
  type Gateway,
  type GatewayDeps,
  type KeyStore,
} from '@proxyapi/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConfigFile } from '../../src/config/config-file.ts'
import { loadConfig } from '../../src/config/load-config.ts'

const key = 'admin-key-0123456789'

function textOf(extra = ''): string {
  return `auth: { api_keys: [{ name: ops, key: "${key}", role: admin }] }\nproviders: [{ name: demo }]\n${extra}`
}

const limited = textOf('server: { max_in_flight: 50 }\n')

/** A channel of this process. */
function createRoom(): () => AnnouncementChannel {
  const readers: ((text: string) => void)[] = []
  return () => ({
    send: (text) => readers.forEach((read) => read(text)),
    listen: (onText) => void readers.push(onText),
    close: async () => undefined,
  })
}

interface Instance {
  readonly gateway: Gateway
  readonly told: unknown[]
  readonly ask: (method: string, path: string, body?: object) => Promise<Response>
}

describe('instances that are told of one another', () => {
  let folder: string
  let open: Gateway[]
  let joinRoom: () => AnnouncementChannel
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxyapi-instances-'))
    open = []
    joinRoom = createRoom()
  })
  afterEach(async () => {
    for (const gateway of open) await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function start(file: string, { env = {}, ...given }: GatewayDeps & { readonly env?: Record<string, string> } = {}): Instance {
    const options = { path: join(folder, file), env, readFile: (path: string) => readFileSync(path, 'utf8') }
    const loaded = loadConfig(options)
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
    const told: unknown[] = []
    const gateway = createGateway(loaded.config, {
      announcer: createAnnouncer(joinRoom()),
      configSource: createConfigFile({ ...options, dataFolder: join(folder, file.slice(0, 1)), onRead: () => undefined }),
      onReload: (result, origin) => void told.push([origin, result.ok]),
      onReloadElsewhere: ({ there, here }) => void told.push(['elsewhere', there !== here]),
      ...given,
    })
    open.push(gateway)
    gateway.start()
    const ask: Instance['ask'] = (method, path, body) =>
      gateway.fetch(`http://127.0.0.1${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    return { gateway, told, ask }
  }
  async function until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo() && turn < 200; turn++) await systemDeps.sleep(5)
  }
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text)

  it('reload the file that they share, once each', async () => {
    write('shared.yaml', textOf())
    const [one, other] = [start('shared.yaml'), start('shared.yaml')]
    write('shared.yaml', limited)
    expect((await one.ask('POST', '/api/config/reload')).status).toBe(200)
    await until(() => other.told.length > 0)
    expect([one.told, other.told]).toEqual([[['api', true]], [['instance', true]]])
    expect([one, other].map(({ gateway }) => gateway.config.server.max_in_flight)).toEqual([50, 50])
  })

  it('say when their own file is another, and stay', async () => {
    write('one.yaml', textOf())
    write('two.yaml', textOf('# mine\n'))
    const [one, other] = [start('one.yaml'), start('two.yaml')]
    write('one.yaml', limited)
    await one.ask('POST', '/api/config/reload')
    await until(() => other.told.length > 0)
    expect(other.told).toEqual([['elsewhere', true]])
    expect(other.gateway.config.server.max_in_flight).not.toBe(50)
  })

  it('say when what is right elsewhere is wrong here, and stay', async () => {
    write('shared.yaml', textOf())
    const [one, other] = [start('shared.yaml', { env: { LEVEL: 'WARNING' } }), start('shared.yaml')]
    write('shared.yaml', textOf('logging: { level: "${LEVEL}" }\n'))
    await one.ask('POST', '/api/config/reload')
    await until(() => other.told.length > 0)
    expect([one.told, other.told]).toEqual([[['api', true]], [['instance', false]]])
  })

  it('drop from their caches what one of them removes', async () => {
    write('shared.yaml', textOf())
    const cache = { pseudonym: (user: string) => `p-${user}` }
    const [one, other] = [start('shared.yaml', { cache }), start('shared.yaml', { cache })]
    const chat = (user: string) => ({
      model: 'demo/echo',
      user,
      temperature: 0,
      messages: [{ role: 'user', content: `Hello from ${user}` }],
    })
    const entries = async ({ ask }: Instance): Promise<unknown> =>
      ((await (await ask('GET', '/api/cache')).json()) as { entries: number }).entries
    for (const user of ['alice', 'bob']) await (await other.ask('POST', '/v1/chat/completions', chat(user))).text()
    expect(await entries(other)).toBe(2)
    expect((await one.ask('DELETE', '/api/privacy/users/alice')).status).toBe(200)
    await systemDeps.sleep(20)
    expect(await entries(other)).toBe(1)
    expect((await one.ask('DELETE', '/api/cache')).status).toBe(200)
    await systemDeps.sleep(20)
    expect(await entries(other)).toBe(0)
  })

  it('refuse a key at once that one of them has blocked', async () => {
    write('shared.yaml', textOf())
    const shared = createMemoryKeyStore()
    const keyStore: KeyStore = { ...shared, close: async () => undefined }
    const [one, other] = [start('shared.yaml', { keyStore, secret: 'the same' }), start('shared.yaml', { keyStore, secret: 'the same' })]
    const made = (await (await one.ask('POST', '/api/keys', { name: 'app' })).json()) as { id: string; key: string }
    const models = async (): Promise<number> =>
      (await other.gateway.fetch('http://127.0.0.1/v1/models', { headers: { authorization: `Bearer ${made.key}` } })).status
    expect(await models()).toBe(200)
    await one.ask('DELETE', `/api/keys/${made.id}`)
    await systemDeps.sleep(20)
    expect(await models()).toBe(401)
  })
})
