import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemDeps } from '@proxyapi/core'
import { createInThreadRecorder } from '@proxyapi/logging/node'
import { afterEach, describe, expect, it } from 'vitest'
import type { Capability, CapabilityDeps } from '../capability/capability.ts'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import { createMemoryKeyStore } from '../keys/memory-key-store.ts'
import type { GatewayDeps } from '../state/gateway-deps.ts'

const admin = 'admin-key-0123456789'
const config = {
  auth: {
    api_keys: [
      { name: 'root', key: admin, role: 'admin' },
      { name: 'eyes', key: 'viewer-key-0123456789', role: 'viewer' },
      { name: 'shop', key: 'user-key-0123456789', role: 'user' },
    ],
  },
  chaos_engineering: { enabled: true },
  caching: { enabled: false },
}

const opened: Gateway[] = []
const folders: string[] = []
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

/** A gateway, and what its capabilities may use. */
function open(given: GatewayDeps = {}) {
  let context: CapabilityDeps | undefined
  const spy: Capability = { name: 'spy', open: (deps) => (context = deps), compile: () => ({}) }
  const gateway = createGateway(config, { keyStore: createMemoryKeyStore(), capabilities: [spy], ...given })
  opened.push(gateway)
  const ask = async (path: string, { key = admin, body, ...init }: { key?: string; body?: unknown; method?: string } = {}) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    const response = await gateway.fetch(`http://gateway${path}`, {
      ...{ headers, ...init },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }
  const events = async (query = ''): Promise<readonly Record<string, unknown>[]> => (await ask(`/api/events${query}`)).body['events'] ?? []
  const tell = (target: string): void =>
    context?.observers.onGatewayEvent({ kind: 'circuit', atMs: systemDeps.now(), target, from: 'closed', to: 'open' })
  return { gateway, ask, events, tell }
}

/** Follows the events; `next` gives the events of one read. */
async function follow(gateway: Gateway, { query = '', after }: { query?: string; after?: unknown } = {}) {
  const headers = { 'x-api-key': admin, ...(after !== undefined && { 'last-event-id': String(after) }) }
  const response = await gateway.fetch(`http://gateway/api/events/stream${query}`, { headers })
  const reader = response.body?.getReader()
  const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
  return { status: response.status, headers: response.headers, next, leave: () => reader?.cancel() }
}

describe('GET /api/events', () => {
  it('tells of keys: what became of them and who did it, and never a secret', async () => {
    const { ask, events } = open()
    const { body } = await ask('/api/keys', { body: { name: 'till', role: 'user' } })
    await ask(`/api/keys/${body['id']}/block`, { method: 'POST' })
    await ask(`/api/keys/none/block`, { method: 'POST' })
    const found = await events('?kind=key')
    expect(found.map(({ target, to, cause }) => [target, to, cause])).toEqual([
      [body['id'], 'blocked', 'by root'],
      [body['id'], 'issued', 'by root'],
    ])
    expect(JSON.stringify(found)).not.toContain(body['key'])
  })

  it('tells of experiments and load tests: when they begin and when they have ended', async () => {
    const { ask, events } = open()
    const faults = [{ type: 'delay', target: 'demo', probability: 0.1, duration_ms: 5 }]
    const { body } = await ask('/api/chaos/start', { body: { experiment_name: 'slow', duration_minutes: 1, faults } })
    await ask(`/api/chaos/${body['experiment_id']}/stop`, { method: 'POST' })
    const test = await ask('/api/load-test/start', { body: { target_rps: 1, duration_seconds: 5, models: ['demo/echo'] } })
    await ask(`/api/load-test/${test.body['test_id']}/stop`, { method: 'POST' })
    expect((await events('?kind=chaos')).map(({ target, from, to }) => [target, from, to])).toEqual([
      [body['experiment_id'], 'running', 'stopped'],
      [body['experiment_id'], null, 'running'],
    ])
    expect((await events('?kind=load_test')).map(({ target, to }) => [target, to])).toEqual([
      [test.body['test_id'], 'stopped'],
      [test.body['test_id'], 'running'],
    ])
  })

  it('is filtered, and comes in pages', async () => {
    const { ask, events, tell } = open()
    for (const target of ['openai/gpt-4o', 'openai/o3', 'openai2/x']) tell(target)
    expect((await events('?target=openai&kind=circuit')).map(({ target }) => target)).toEqual(['openai/o3', 'openai/gpt-4o'])
    const first = await ask('/api/events?limit=2')
    expect(first.body['events']).toHaveLength(2)
    expect((await events(`?limit=2&before=${first.body['next']}`)).map(({ target }) => target)).toEqual(['openai/gpt-4o'])
    expect(await events('?from=2100-01-01')).toEqual([])
  })

  it.each([
    ['kind=nothing', 'kind'],
    ['limit=0', 'limit'],
    ['before=x', 'before'],
    ['colour=red', 'colour'],
  ])('refuses %s', async (query, param) => {
    const { status, body } = await open().ask(`/api/events?${query}`)
    expect([status, body['error']]).toMatchObject([400, { param }])
  })

  it('is for who may read all that is kept, and not for users', async () => {
    const { ask } = open()
    expect((await ask('/api/events', { key: 'viewer-key-0123456789' })).status).toBe(200)
    expect((await ask('/api/events', { key: 'user-key-0123456789' })).status).toBe(403)
    expect((await ask('/api/events/stream', { key: 'user-key-0123456789' })).status).toBe(403)
  })

  it('keeps events over restarts, with their numbers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'events-'))
    folders.push(folder)
    const recorder = () => createInThreadRecorder({ file: join(folder, 'records.db'), secret: 'a secret of these tests' })
    const first = open({ recorder: recorder() })
    first.tell('openai/gpt-4o')
    const before = await first.events()
    await opened.pop()?.close()
    const second = open({ recorder: recorder() })
    second.tell('openai/o3')
    const after = await second.events()
    expect(after.map(({ target }) => target)).toEqual(['openai/o3', 'openai/gpt-4o'])
    expect(after[1]).toEqual(before[0])
    const following = await follow(second.gateway, { after: Number(before[0]?.['sequence']) - 1 })
    expect(await following.next()).toBe(':\n\n')
    expect([await following.next(), await following.next()].join('').match(/"target":"[^"]*"/g)).toEqual([
      '"target":"openai/gpt-4o"',
      '"target":"openai/o3"',
    ])
  })
})

describe('GET /api/events/stream', () => {
  it('tells events as they happen, filtered', async () => {
    const { gateway, tell } = open()
    const following = await follow(gateway, { query: '?target=openai' })
    expect(following.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await following.next()).toBe(':\n\n')
    tell('other/x')
    tell('openai/o3')
    expect(await following.next()).toMatch(/^id: \d{16}\nevent: circuit\ndata: \{"sequence":\d{16},.*"target":"openai\/o3",.*\}\n\n$/)
  })

  it('resumes behind the event that the client has', async () => {
    const { gateway, events, tell } = open()
    for (const target of ['a/1', 'a/2', 'a/3']) tell(target)
    const oldest = (await events()).at(-1)
    const following = await follow(gateway, { after: oldest?.['sequence'] })
    const texts = [await following.next(), await following.next(), await following.next()].join('')
    expect(texts.match(/"target":"[^"]*"/g)).toEqual(['"target":"a/2"', '"target":"a/3"'])
  })

  it('has room for ten clients, and gives a place back when one leaves', async () => {
    const { gateway } = open()
    const all = await Promise.all(Array.from({ length: 10 }, () => follow(gateway)))
    expect((await follow(gateway)).status).toBe(429)
    await all[0]?.leave()
    expect((await follow(gateway)).status).toBe(200)
  })
})
