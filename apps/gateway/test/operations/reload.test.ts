import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deps, systemDeps } from '@proxyapi/core'
import { type Capability, createGateway, type Gateway, type GatewayDeps, type ReloadOrigin, type ReloadResult } from '@proxyapi/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConfigFile } from '../../src/config/config-file.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { secretsOf } from '../../src/config/secrets-of.ts'

const adminKey = 'admin-key-0123456789'
const literal = 'sk-literal-0123456789abcdef'

function configOf(provider: string, extra = ''): string {
  return [
    '# ours',
    'server: { max_in_flight: 50 }',
    `auth: { api_keys: [{ name: ops, key: "${adminKey}", role: admin }, '${literal}'] }`,
    `providers: [{ name: ${provider}, type: demo, api_key: "\${UPSTREAM_KEY}" }]`,
    `models: [{ name: any, targets: [${provider}/echo] }, { name: slow, targets: [${provider}/slow] }]`,
    extra,
  ].join('\n')
}

const unreadable = 'server: { max_in_flight: 50 }\nproviders: [{ name: demo, wieght: 2 }]\n'

interface World {
  readonly gateway: Gateway
  readonly file: string
  readonly write: (text: string) => void
  readonly ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  readonly secrets: () => ReadonlySet<string>
  readonly told: readonly (readonly [ReloadOrigin, ReloadResult])[]
}

describe('a gateway with a configuration file', () => {
  let folder: string
  let open: Gateway[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxyapi-reload-'))
    open = []
  })
  afterEach(async () => {
    for (const gateway of open) await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function start(text: string, given: GatewayDeps = {}): World {
    const file = join(folder, 'gateway.yaml')
    const write = (next: string): void => writeFileSync(file, next)
    write(text)
    const env = { UPSTREAM_KEY: 'upstream-key-0123456789', LOG_LEVEL: 'ERROR' }
    const options = { path: file, env, readFile: (path: string) => readFileSync(path, 'utf8') }
    const loaded = loadConfig(options)
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
    const secrets = new Set<string>()
    const told: (readonly [ReloadOrigin, ReloadResult])[] = []
    const configSource = createConfigFile({
      ...options,
      dataFolder: folder,
      onRead: (config) => {
        for (const secret of secretsOf(config)) secrets.add(secret)
      },
    })
    const gateway = createGateway(loaded.config, { configSource, onReload: (result, origin) => void told.push([origin, result]), ...given })
    open.push(gateway)
    gateway.start()
    const ask: World['ask'] = (method, path, body, headers = {}) =>
      gateway.fetch(`http://127.0.0.1${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    return { gateway, file, write, ask, secrets: () => secrets, told }
  }

  const chat = (model: string, stream = false) => ({ model, stream, messages: [{ role: 'user', content: 'Hello' }] })

  it('takes a changed file in, tells what changed and what waits, and hides secrets', async () => {
    const { ask, write, told } = start(configOf('one'))
    write(
      configOf('one', 'routing: { strategy: cost_optimized }\nlogging: { format: text }\ncaching: { response_cache: { ttl: 60 } }').replace(
        literal,
        `${literal}-new`,
      ),
    )
    const reloaded = await ask('POST', '/api/config/reload')
    const body = (await reloaded.json()) as { changes: { path: string }[]; revision: string }
    const keys = [expect.objectContaining({ name: 'ops', key: '***' }), '***']
    expect([reloaded.status, { ...body, changes: [...body.changes].sort((a, b) => a.path.localeCompare(b.path)) }]).toEqual([
      200,
      {
        revision: body.revision,
        changes: [
          { path: 'auth.api_keys', from: keys, to: keys, takes: 'live' },
          { path: 'caching.response_cache.ttl', from: 1800, to: 60, takes: 'live' },
          { path: 'logging.format', from: 'json', to: 'text', takes: 'restart' },
          { path: 'routing.strategy', from: 'round_robin', to: 'cost_optimized', takes: 'live' },
        ],
        takes_restart: ['logging.format'],
      },
    ])
    const shown = (await (await ask('GET', '/api/config')).json()) as Record<string, unknown> & { effective: { logging: unknown } }
    expect([shown.effective.logging, shown['takes_restart'], told.map(([origin, { ok }]) => [origin, ok])]).toEqual([
      { level: 'ERROR', format: 'json', audit: true },
      ['logging.format'],
      [['api', true]],
    ])
  })

  it('changes nothing for a bad file, and says where each thing is wrong', async () => {
    const { ask, write, gateway } = start(configOf('one'))
    write('providers:\n  - { name: demo, wieght: 2 }\nserver:\n  port: eighty\n')
    const refused = await ask('POST', '/api/config/reload')
    const after = await ask('POST', '/v1/chat/completions', chat('any'))
    expect([refused.status, await refused.json(), after.status, gateway.config.models.length]).toEqual([
      400,
      {
        error: {
          message: expect.stringContaining('nothing was changed'),
          type: 'invalid_request_error',
          param: 'providers[0].wieght',
          code: 'invalid_request',
        },
        issues: [
          { line: 2, column: 19, path: 'providers[0].wieght', message: expect.stringContaining('did you mean "weight"?') },
          { line: 4, column: 3, path: 'server.port', message: expect.stringContaining('has a wrong value') },
        ],
      },
      200,
      2,
    ])
    const health = (await (await ask('GET', '/health?detailed=true')).json()) as { status: string }
    const metrics = await (await ask('GET', '/metrics/prometheus')).text()
    expect([
      health.status,
      /^config_reloads_total\{result="failure"\} (\d+)/m.exec(metrics)?.[1],
      /^config_last_reload_successful (\d)/m.exec(metrics)?.[1],
    ]).toEqual(['degraded', '1', '0'])
  })

  it('tells where each value comes from, and shows no secret anywhere', async () => {
    const { ask, secrets } = start(
      configOf('one', `alerting: { channels: { webhook: { url: "https://hooks.example/very-secret-path" } } }\n# old key: ${literal}`),
    )
    const answer = await ask('GET', '/api/config')
    const text = await answer.text()
    const {
      origins,
      text: shown,
      effective,
    } = JSON.parse(text) as { origins: Record<string, unknown>; text: string; effective: { auth: unknown } }
    expect([...secrets()].filter((secret) => text.includes(secret))).toEqual([])
    expect([origins['server.max_in_flight'], origins['logging.level'], origins['providers.0.api_key'], origins['server.port']]).toEqual([
      { source: 'file', line: 2, column: 11 },
      { source: 'environment', name: 'LOG_LEVEL' },
      { source: 'file', line: 4, column: 38 },
      undefined,
    ])
    expect(shown.split('\n').slice(2, 4)).toEqual([
      'auth: { api_keys: [{ name: ops, key: "«kept:auth.api_keys.0.key»", role: admin }, \'«kept:auth.api_keys.1»\'] }',
      'providers: [{ name: one, type: demo, api_key: "${UPSTREAM_KEY}" }]',
    ])
    expect(shown).toContain('# old key: «kept:auth.api_keys.1»')
    expect(effective.auth).toMatchObject({ api_keys: [{ key: '***' }, '***'] })
  })

  it('checks a text without taking it in', async () => {
    const { ask, gateway } = start(configOf('one'))
    const check = async (text: string): Promise<unknown> => (await ask('POST', '/api/config/check', { text })).json()
    const { text } = (await (await ask('GET', '/api/config')).json()) as { text: string }
    expect(await check(text.replace('max_in_flight: 50', 'max_in_flight: 60'))).toEqual({
      ok: true,
      issues: [],
      changes: [{ path: 'server.max_in_flight', from: 50, to: 60, takes: 'live' }],
    })
    expect(await check('a: [')).toMatchObject({ ok: false, issues: [{ line: 1 }], changes: [] })
    expect(await check('auth: { api_keys: [«kept:auth.api_keys.7»] }')).toMatchObject({
      ok: false,
      issues: [{ line: 1, column: 20, path: 'auth.api_keys.7' }],
    })
    const curious = await check(text.replace('name: any', 'name: "${UPSTREAM_KEY}"'))
    expect(curious).toMatchObject({ ok: true, changes: [{ path: 'models.any' }, { path: 'models.***', to: { name: '***' } }] })
    expect(JSON.stringify(curious)).not.toContain('upstream-key')
    expect(gateway.config.server.max_in_flight).toBe(50)
  })

  it('is edited through the API only where that is on, at the revision that was read, and can go back', async () => {
    const off = start(configOf('one'))
    const { revision: now } = (await (await off.ask('GET', '/api/config')).json()) as { revision: string }
    expect((await off.ask('PUT', '/api/config', { text: configOf('two') }, { 'if-match': now })).status).toBe(403)

    const { ask, file, write } = start(configOf('one', 'console: { edit_config: true }'))
    chmodSync(file, 0o640)
    const read = async () => (await (await ask('GET', '/api/config')).json()) as { revision: string; text: string; writable: boolean }
    const { revision, text, writable } = await read()
    const put = (next: string, at?: string) => ask('PUT', '/api/config', { text: next }, at === undefined ? {} : { 'if-match': `"${at}"` })
    const changed = text.replace('max_in_flight: 50', 'max_in_flight: 70')
    const statuses = [
      (await put(changed)).status,
      (await put('a: [', revision)).status,
      (await put(changed, revision)).status,
      (await put(changed, revision)).status,
    ]
    expect([writable, statuses]).toEqual([true, [400, 400, 200, 409]])
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([
      configOf('one', 'console: { edit_config: true }').replace('max_in_flight: 50', 'max_in_flight: 70'),
      0o640,
    ])
    const { revisions } = (await (await ask('GET', '/api/config/revisions')).json()) as { revisions: { n: number; revision: string }[] }
    expect(revisions.map(({ n, revision: of }) => [n, of])).toEqual([[1, revision]])
    expect(statSync(join(folder, 'config-revisions', '000001.yaml')).mode & 0o777).toBe(0o600)
    const restored = await ask('POST', '/api/config/revisions/1/restore')
    expect([restored.status, (await read()).revision, (await ask('POST', '/api/config/revisions/9/restore')).status]).toEqual([
      200,
      revision,
      404,
    ])
    write(unreadable)
    expect((await put(changed, revision)).status).toBe(409)
    expect(readdirSync(folder).filter((name) => name.includes('new'))).toEqual([])
  })

  it('says that it has none where the program around it gave the configuration', async () => {
    const gateway = createGateway({ providers: [{ name: 'demo' }] })
    open.push(gateway)
    const ask = async (method: string, path: string): Promise<number> => (await gateway.fetch(`http://127.0.0.1${path}`, { method })).status
    expect([await ask('GET', '/api/config'), await ask('POST', '/api/config/reload'), await ask('GET', '/api/config/schema')]).toEqual([
      200, 409, 200,
    ])
  })

  it('answers every request through a hundred reloads, good and bad, each on one configuration, and grows by nothing', async () => {
    const timers = new Set<object>()
    const deps: Deps = {
      ...systemDeps,
      setTimer: (run, ms) => {
        const timer = {}
        timers.add(timer)
        const cancel = systemDeps.setTimer(() => {
          timers.delete(timer)
          run()
        }, ms)
        return () => {
          timers.delete(timer)
          cancel()
        }
      },
    }
    let features = 0
    const counting: Capability = {
      name: 'counting',
      open: () => undefined,
      compile: () => ({
        start: () => void features++,
        close: async () => void features--,
      }),
    }
    const { ask, write, gateway } = start(configOf('one', 'caching: { enabled: false }'), { deps, capabilities: [counting] })
    const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
    const before = { listeners: listeners(), routes: gateway.routes.length }
    let isOver = false
    const failures: string[] = []
    const seen = new Map<string, number>()
    const client = async (model: string, stream: boolean): Promise<void> => {
      while (!isOver) {
        const response = await ask('POST', '/v1/chat/completions', chat(model, stream))
        const text = await response.text()
        const provider = response.headers.get('x-proxyapi-provider') ?? ''
        seen.set(provider, (seen.get(provider) ?? 0) + 1)
        if (response.status !== 200 || (stream && !text.includes('[DONE]'))) failures.push(`${response.status} ${text.slice(0, 200)}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const clients = [...Array.from({ length: 6 }, () => client('any', false)), client('slow', true), client('any', true)]
    const statuses: number[] = []
    for (let round = 0; round < 100; round++) {
      const isBad = round % 4 === 3
      write(
        isBad
          ? unreadable
          : configOf(round % 2 === 0 ? 'two' : 'one', `caching: { enabled: false }\nrouting: { retry: { base_delay_ms: ${round} } }`),
      )
      statuses.push((await ask('POST', '/api/config/reload')).status)
      await new Promise((resolve) => setImmediate(resolve))
    }
    isOver = true
    await Promise.all(clients)
    await new Promise((resolve) => setImmediate(resolve))
    expect(failures).toEqual([])
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 400).length]).toEqual([75, 25])
    expect([...seen.keys()].sort()).toEqual(['one', 'two'])
    expect({ listeners: listeners(), routes: gateway.routes.length, features }).toEqual({ ...before, features: 1 })
    const idle = timers.size
    for (let round = 0; round < 20; round++) {
      write(configOf(round % 2 === 0 ? 'two' : 'one', `caching: { enabled: false }\nrouting: { retry: { base_delay_ms: ${round} } }`))
      await ask('POST', '/api/config/reload')
    }
    expect([timers.size, gateway.engine.health().map(({ name }) => name)]).toEqual([idle, ['one', 'demo']])
  }, 60_000)
})
