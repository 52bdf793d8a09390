import { systemDeps } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Capability } from '../capability/capability.ts'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import { createMemoryKeyStore } from './memory-key-store.ts'

const admin = 'admin-key-0123456789'
const day = 86_400_000
let nowMs = 0
let gateway: Gateway
let actions: CompletedRequest[] = []

const config = {
  auth: {
    api_keys: [
      { name: 'root', key: admin, role: 'admin' },
      {
        name: 'narrow',
        key: 'narrow-key-0123456789',
        role: 'issuer',
        models: ['demo/*'],
        routes: ['/v1/*', '/api/*'],
        team: 'shop',
        budget: { usd: 5 },
      },
    ],
    teams: [{ name: 'shop' }, { name: 'lab' }],
    roles: { issuer: ['user', 'keys:*'] },
  },
}

const recording: Capability = {
  name: 'test-recording',
  open: () => undefined,
  compile: () => ({
    recordAction: async (action) => void actions.push(action),
    readBudget: ({ kind, id }) =>
      kind === 'key' && id !== '' ? { spentNanoUsd: 7, reservedNanoUsd: 3, resetsAtMs: 86_400_000, projectedNanoUsd: 2e9 } : undefined,
  }),
}

function open(settings: object = config): Gateway {
  const deps = { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs, defer: (run: () => void) => run() }
  return createGateway(settings, { deps, keyStore: createMemoryKeyStore(), capabilities: [recording], secret: 'a secret of these tests' })
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> & { readonly id: string; readonly key: string }
  readonly headers: Headers
}

async function ask(method: string, path: string, body?: unknown, key = admin): Promise<Answer> {
  const response = await gateway.fetch(`http://gateway${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'], headers: response.headers }
}

const messageOf = ({ body }: Answer): string => (body['error'] as { readonly message: string }).message
const statusWith = async (key: string, path = '/v1/models'): Promise<number> => (await ask('GET', path, undefined, key)).status
const issue = async (body: object = {}, key?: string): Promise<Answer> => ask('POST', '/api/keys', { name: 'web', ...body }, key)

beforeEach(() => {
  nowMs = 1_800_000_000_000
  actions = []
  gateway = open()
})

describe('a key that is issued', () => {
  it('is told once, with all that was decided of it', async () => {
    const made = await issue({
      ...{ owner: 'ana', team: 'shop', models: ['demo/echo'], routes: ['/v1/*'], tags: ['a'], metadata: { cost: '17' } },
      ...{ limits: { requests_per_minute: 600 }, budget: { usd: 20, window: 'day', hard: false }, expires_at: '2030-01-01' },
    })
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(made.body.key).toMatch(/^sk-[\w-]{43}$/)
    const { key, ...shown } = made.body
    expect(shown).toEqual({
      ...{ id: made.body.id, prefix: key.slice(0, 8), name: 'web', owner: 'ana', team: 'shop', role: 'user' },
      ...{ models: ['demo/echo'], routes: ['/v1/*'], tags: ['a'], metadata: { cost: '17' }, criticality: 'default' },
      limits: { requests_per_minute: 600 },
      budget: {
        ...{ usd: 20, window: 'day', hard: false, alert_at: [0.8], time_zone: 'UTC' },
        ...{ spent_nano_usd: '7', reserved_nano_usd: '3', resets_at: '1970-01-02T00:00:00.000Z', projected_usd: 2 },
      },
      ...{ state: 'active', source: 'issued', created_at: '2027-01-15T08:00:00.000Z', created_by: 'root' },
      ...{ updated_at: '2027-01-15T08:00:00.000Z', last_used_at: null, expires_at: '2030-01-01T00:00:00.000Z', previous: [] },
    })
    const read = await ask('GET', `/api/keys/${made.body.id}`)
    expect(read.body).toEqual(shown)
    const listed = await ask('GET', '/api/keys')
    expect(JSON.stringify(listed.body)).not.toContain(key)
  })

  it('lets in, and says when', async () => {
    const { body } = await issue({ models: ['demo/echo'] })
    expect(await statusWith(body.key)).toBe(200)
    expect(await statusWith(`${body.key.slice(0, -1)}_`)).toBe(401)
    expect(await statusWith(body.key, '/api/keys')).toBe(403)
    expect((await ask('GET', `/api/keys/${body.id}`)).body['last_used_at']).toBe('2027-01-15T08:00:00.000Z')
  })

  it('carries its rules on the principal', async () => {
    const { body } = await issue({ routes: ['/v1/models'], models: ['demo/echo'] })
    expect([
      await statusWith(body.key),
      await statusWith(body.key, '/v1/status'),
      await statusWith(body.key, '/v1/models/demo/lorem'),
    ]).toEqual([200, 403, 403])
    const list = await ask('GET', '/v1/models', undefined, body.key)
    expect((list.body['data'] as readonly { readonly id: string }[]).map(({ id }) => id)).toEqual(['demo/echo'])
  })

  it('is changed, blocked, unblocked and deleted at once', async () => {
    const { id, key } = (await issue()).body
    const use = async (): Promise<number> => statusWith(key)
    expect(await use()).toBe(200)
    expect((await ask('POST', `/api/keys/${id}/block`)).body['state']).toBe('blocked')
    expect(await use()).toBe(401)
    expect((await ask('POST', `/api/keys/${id}/unblock`)).body['state']).toBe('active')
    expect(await use()).toBe(200)
    expect((await ask('PATCH', `/api/keys/${id}`, { role: 'viewer' })).body['role']).toBe('viewer')
    expect(await statusWith(key, '/api/keys')).toBe(200)
    expect((await ask('DELETE', `/api/keys/${id}`)).body).toEqual({ id, deleted: true })
    expect(await use()).toBe(401)
    expect((await ask('GET', `/api/keys/${id}`)).status).toBe(404)
    expect(actions.map(({ audit, auditObject }) => [audit, auditObject])).toEqual(
      ['create', 'block', 'unblock', 'update', 'delete'].map((action) => [`key.${action}`, `key ${id}`]),
    )
  })

  it('serves by its old secret through the grace of a rotation, and not after it', async () => {
    const { id, key: old } = (await issue()).body
    expect(await statusWith(old)).toBe(200)
    const rotated = await ask('POST', `/api/keys/${id}/rotate`, { grace_minutes: 10 })
    expect([rotated.headers.get('cache-control'), rotated.body['prefix']]).toEqual(['no-store', rotated.body.key.slice(0, 8)])
    expect(rotated.body['previous']).toEqual([{ prefix: old.slice(0, 8), expires_at: '2027-01-15T08:10:00.000Z' }])
    expect([await statusWith(old), await statusWith(rotated.body.key)]).toEqual([200, 200])
    nowMs += 600_000 - 1
    expect(await statusWith(old)).toBe(200)
    nowMs += 1
    expect([await statusWith(old), await statusWith(rotated.body.key)]).toEqual([401, 200])
    expect((await ask('GET', `/api/keys/${id}`)).body['previous']).toEqual([])
    const again = await ask('POST', `/api/keys/${id}/rotate`)
    expect([await statusWith(rotated.body.key), await statusWith(again.body.key)]).toEqual([401, 200])
  })

  it('ends at its expiry', async () => {
    const { key, id } = (await issue({ expires_at: new Date(nowMs + day).toISOString() })).body
    nowMs += day - 1
    expect(await statusWith(key)).toBe(200)
    nowMs += 1
    expect([await statusWith(key), (await ask('GET', `/api/keys/${id}`)).body['state']]).toEqual([401, 'expired'])
    await ask('PATCH', `/api/keys/${id}`, { expires_at: null })
    expect(await statusWith(key)).toBe(200)
  })

  it('is changed where a field is given; null takes away, and what is absent stays', async () => {
    const { id } = (
      await issue({ owner: 'ana', limits: { requests_per_minute: 1, tokens_per_minute: 2 }, budget: { usd: 20, window: 'day' } })
    ).body
    const changed = await ask('PATCH', `/api/keys/${id}`, { owner: null, limits: { requests_per_minute: null }, budget: { usd: 30 } })
    expect(changed.body).toMatchObject({ name: 'web', owner: null, limits: { tokens_per_minute: 2 }, budget: { usd: 30, window: 'day' } })
    expect(changed.body['limits']).toEqual({ tokens_per_minute: 2 })
    expect((await ask('PATCH', `/api/keys/${id}`, { limits: null, budget: null })).body).toMatchObject({ limits: null, budget: null })
    const without = await ask('PATCH', `/api/keys/${id}`, { budget: { window: 'day' } })
    expect([without.status, messageOf(without)]).toEqual([400, expect.stringContaining('budget.usd')])
  })

  it('is listed after those of the configuration, newest first and in pages', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      nowMs += 1
      ids.unshift((await issue({ team: n < 3 ? 'shop' : 'lab' })).body.id)
    }
    const seen: string[] = []
    let next: unknown = null
    do {
      const page = await ask('GET', `/api/keys?limit=2${next === null ? '' : `&after=${next as string}`}`)
      seen.push(
        ...(page.body['keys'] as readonly { readonly id: string; readonly name: string }[]).map(({ id, name }) =>
          ids.includes(id) ? id : name,
        ),
      )
      next = page.body['next']
    } while (next !== null)
    expect(seen).toEqual(['root', 'narrow', ...ids])
    const ofTeam = await ask('GET', '/api/keys?team=lab')
    expect((ofTeam.body['keys'] as readonly object[]).length).toBe(2)
    expect((await ask('GET', '/api/keys?after=x')).status).toBe(400)
  })
})

describe('what is refused', () => {
  it.each<[what: string, body: object, word: string]>([
    ['no name', { name: '' }, 'name'],
    ['a long name', { name: 'x'.repeat(129) }, 'name'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown role', { role: 'root' }, 'allowed: viewer, user, admin, issuer'],
    ['an unknown team', { team: 'none' }, 'allowed: shop, lab'],
    ['a time that has passed', { expires_at: '2020-01-01' }, 'expires_at'],
    ['no time', { expires_at: 'soon' }, 'expires_at'],
    ['a route without a slash', { routes: ['v1'] }, 'routes'],
    ['a limit of nothing', { limits: { parallel_requests: 0 } }, 'parallel_requests'],
    ['a budget without an amount', { budget: { window: 'day' } }, 'budget.usd'],
    ['much metadata', { metadata: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`m${n}`, ''])) }, 'metadata'],
    ['long metadata', { metadata: { a: 'x'.repeat(513) } }, 'metadata.a'],
    ['many tags', { tags: Array.from({ length: 17 }, String) }, 'tags'],
  ])('%s', async (_what, body, word) => {
    const refused = await issue(body)
    expect([refused.status, messageOf(refused)]).toEqual([400, expect.stringContaining(word)])
  })

  it('a key of the configuration, which is changed there', async () => {
    const { body } = await ask('GET', '/api/keys')
    const [{ id } = { id: '' }] = body['keys'] as readonly { readonly id: string }[]
    expect((await ask('GET', `/api/keys/${id}`)).body).toMatchObject({ name: 'root', source: 'config', prefix: null })
    for (const [method, path, given] of [
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/rotate', undefined],
      ['POST', '/block', undefined],
    ] as const)
      expect((await ask(method, `/api/keys/${id}${path}`, given)).status).toBe(409)
  })

  it.each<[what: string, body: object, field: string | undefined]>([
    ['all that it has', { models: ['demo/echo'], routes: ['/v1/models'], team: 'shop', budget: { usd: 5 } }, undefined],
    ['another role', { role: 'admin', models: ['demo/echo'], routes: ['/v1/*'], team: 'shop', budget: { usd: 5 } }, 'role'],
    ['other models', { models: ['demo/echo', 'openai/x'], routes: ['/v1/*'], team: 'shop', budget: { usd: 5 } }, 'models'],
    ['all models', { routes: ['/v1/*'], team: 'shop', budget: { usd: 5 } }, 'models'],
    ['all paths', { models: ['demo/*'], team: 'shop', budget: { usd: 5 } }, 'routes'],
    ['another team', { models: ['demo/*'], routes: ['/v1/*'], team: 'lab', budget: { usd: 5 } }, 'team'],
    ['no budget', { models: ['demo/*'], routes: ['/v1/*'], team: 'shop' }, 'budget'],
    ['a larger budget', { models: ['demo/*'], routes: ['/v1/*'], team: 'shop', budget: { usd: 6 } }, 'budget'],
    [
      'a budget that begins anew sooner',
      { models: ['demo/*'], routes: ['/v1/*'], team: 'shop', budget: { usd: 5, window: 'day' } },
      'budget',
    ],
    ['a soft budget', { models: ['demo/*'], routes: ['/v1/*'], team: 'shop', budget: { usd: 5, hard: false } }, 'budget'],
    [
      'to go before all',
      { models: ['demo/*'], routes: ['/v1/*'], team: 'shop', budget: { usd: 5 }, criticality: 'critical' },
      'criticality',
    ],
  ])('to give more than the issuer has: %s', async (_what, body, field) => {
    const answer = await issue(body, 'narrow-key-0123456789')
    expect(answer.status).toBe(field === undefined ? 200 : 403)
    if (field !== undefined) expect(messageOf(answer)).toBe(`This key may not give more than it has: ${field}.`)
  })

  it('to outlive its issuer: without a word about it a key ends with it, and a later end is refused', async () => {
    const { key } = (await issue({ role: 'admin', expires_at: '2030-01-01' })).body
    const silent = await issue({}, key)
    expect([silent.status, silent.body['expires_at']]).toEqual([200, '2030-01-01T00:00:00.000Z'])
    for (const expires_at of [null, '2030-01-02']) {
      const answer = await issue({ expires_at }, key)
      expect([answer.status, messageOf(answer)]).toEqual([403, 'This key may not give more than it has: expires_at.'])
    }
  })

  it('to take up a key of more right than one’s own', async () => {
    const { id } = (await issue({ role: 'admin' })).body
    const narrow = 'narrow-key-0123456789'
    const outcomes = [
      await ask('POST', `/api/keys/${id}/rotate`, undefined, narrow),
      await ask('PATCH', `/api/keys/${id}`, { role: 'issuer' }, narrow),
      await ask('POST', `/api/keys/${id}/unblock`, undefined, narrow),
      await ask('DELETE', `/api/keys/${id}`, undefined, narrow),
    ]
    expect(outcomes.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  it('to change oneself, but for a new secret', async () => {
    const { id, key } = (await issue({ role: 'admin' })).body
    const outcomes = [
      await ask('PATCH', `/api/keys/${id}`, { name: 'me' }, key),
      await ask('POST', `/api/keys/${id}/unblock`, undefined, key),
      await ask('DELETE', `/api/keys/${id}`, undefined, key),
      await ask('POST', `/api/keys/${id}/rotate`, undefined, key),
    ]
    expect(outcomes.map(({ status }) => status)).toEqual([403, 403, 403, 200])
  })

  it('a key that is not there', async () => {
    expect((await ask('PATCH', '/api/keys/none', {})).status).toBe(404)
    expect((await ask('POST', '/api/keys/none/rotate')).status).toBe(404)
    expect((await ask('DELETE', '/api/keys/none')).status).toBe(404)
  })
})

describe('a gateway without configured keys', () => {
  it('knows issued keys, and refuses nobody who brings anything else', async () => {
    gateway = open({})
    const { key } = (await issue({ models: ['demo/echo'] }, 'none')).body
    const list = await ask('GET', '/v1/models', undefined, key)
    expect((list.body['data'] as readonly object[]).length).toBe(1)
    expect([await statusWith('wrong'), await statusWith(`sk-${'x'.repeat(43)}`)]).toEqual([200, 401])
  })
})

describe('a gateway without a store', () => {
  it('says so', async () => {
    gateway = createGateway(config)
    const answer = await ask('GET', '/api/keys')
    expect([answer.status, messageOf(answer)]).toEqual([404, 'This gateway keeps no issued keys: it was started without a data folder.'])
  })
})

describe('a gateway without configured keys', () => {
  it('takes what clients send in the place of a key, and refuses issued ones that are revoked, blocked or expired', async () => {
    gateway = open({})
    const none = 'none'
    expect([await statusWith(none), await statusWith('sk-proj-of-somebody-else')]).toEqual([200, 200])
    const made = await issue({ expires_at: new Date(nowMs + day).toISOString() }, none)
    const { id, key } = made.body
    const statuses = [await statusWith(key)]
    await ask('POST', `/api/keys/${id}/block`, undefined, none)
    statuses.push(await statusWith(key))
    await ask('POST', `/api/keys/${id}/unblock`, undefined, none)
    statuses.push(await statusWith(key))
    nowMs += day
    statuses.push(await statusWith(key))
    nowMs -= day
    await ask('DELETE', `/api/keys/${id}`, undefined, none)
    statuses.push(await statusWith(key), await statusWith(none))
    expect(statuses).toEqual([200, 401, 200, 401, 401, 200])
  })
})

describe('an audit log that can’t be written', () => {
  it('lets nothing be issued or rotated, so that no secret is lost and none is unknown', async () => {
    const { body } = await issue()
    const keyStore = createMemoryKeyStore()
    let isBroken = false
    const broken: Capability = {
      name: 'test-broken-audit',
      open: () => undefined,
      compile: () => ({
        recordAction: async () => {
          if (isBroken) throw new Error('disk full')
        },
      }),
    }
    gateway = createGateway(config, {
      deps: { ...systemDeps, now: () => nowMs },
      keyStore,
      capabilities: [broken],
      secret: 'a secret of these tests',
    })
    const first = await issue()
    isBroken = true
    const refused = [await issue(), await ask('POST', `/api/keys/${first.body.id}/rotate`)]
    expect(refused.map(({ status }) => status)).toEqual([503, 503])
    expect(refused.map(messageOf)).toEqual(Array(2).fill('The action could not be written to the audit log, and was not carried out.'))
    expect([(await keyStore.list({ limit: 10 })).map(({ id }) => id), await statusWith(first.body.key)]).toEqual([[first.body.id], 200])
    expect(body.id).not.toBe(first.body.id)
  })

  it('records that an action failed after it was recorded', async () => {
    const keyStore = { ...createMemoryKeyStore(), create: () => Promise.reject(new Error('the store is away')) }
    const deps = { ...systemDeps, now: () => nowMs, defer: (run: () => void) => run() }
    const ended: CompletedRequest[] = []
    const watching: Capability = {
      name: 'test-ended',
      open: () => undefined,
      compile: () => ({ onRequest: (request) => void ended.push(request) }),
    }
    gateway = createGateway(config, { deps, keyStore, capabilities: [recording, watching], secret: 'a secret of these tests' })
    expect((await issue()).status).toBe(503)
    expect([actions, ended].map((list) => list.map(({ audit, status }) => [audit, status]))).toEqual([
      [['key.create', 200]],
      [['key.create', 503]],
    ])
  })
})
