import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGateway } from '@proxyapi/server'
import { afterEach, describe, expect, it } from 'vitest'
import { audit } from '../../src/commands/audit.ts'
import { type Watched, watchedGateway } from './watched-gateway.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const keys = [
  { name: 'ops', key: 'admin-key-0123456789', role: 'admin' },
  { name: 'app', key: 'client-key-0123456789' },
  { name: 'other', key: 'other-key-0123456789' },
]
const as = (key: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${key}` } })
const admin = as('admin-key-0123456789')
const client = as('client-key-0123456789')

function open(): Watched {
  const watched = watchedGateway({ auth: { api_keys: keys } })
  closing.push(watched.close)
  return watched
}

async function json(response: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>
}

describe('GET /v1/receipts/{id}', () => {
  it.each([
    ['the key that made the call', 'client-key-0123456789', 200],
    ['an admin', 'admin-key-0123456789', 200],
    ['another key', 'other-key-0123456789', 404],
  ])('answers %s', async (_who, key, status) => {
    const { chat, ask } = open()
    const answer = await chat({}, client.headers)
    await answer.text()
    const id = answer.headers.get('x-request-id') ?? ''
    const receipt = await ask(`/v1/receipts/${id}`, as(key))
    expect(receipt.status).toBe(status)
    if (status === 200) expect(await receipt.json()).toMatchObject({ id, provider: 'demo', outcome: 'complete' })
  })

  it('knows nothing of a call that was not', async () => {
    expect((await open().ask('/v1/receipts/nope', admin)).status).toBe(404)
  })
})

describe('GET /api/analytics', () => {
  it('groups what was used, as JSON and as CSV', async () => {
    const { chat, ask } = open()
    for (const stream of [false, true]) await (await chat({ stream }, client.headers)).text()
    const { groups } = await json(ask('/api/analytics?group_by=key', admin))
    expect(groups).toMatchObject([{ name: 'app', requests: 2, errors: 0 }])
    const csv = await ask('/api/analytics?group_by=model&format=csv', admin)
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(await csv.text()).toMatch(/^group,name,requests.*\r\n.+\r\n$/s)
  })

  it.each([
    ['group_by=colour', 'group_by is "colour"; allowed: provider, model, key, user, tag, day.'],
    ['from=soon', 'from is'],
    ['limit=0', 'limit is "0"'],
    ['colour=red', 'There is no parameter "colour"'],
  ])('refuses %s by name', async (query, words) => {
    const answer = await open().ask(`/api/analytics?${query}`, admin)
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(words.replaceAll('"', '\\"'))])
  })

  it('is for admins', async () => {
    expect((await open().ask('/api/analytics', client)).status).toBe(403)
  })
})

describe('the audit log', () => {
  it('holds configuration, refused keys and what admins did, in a chain that is whole', async () => {
    const { ask } = open()
    await ask('/v1/models', as('wrong-key-value'))
    await ask('/api/privacy/users/someone', { ...admin, method: 'DELETE' })
    await ask('/api/analytics', client)
    const { records } = await json(ask('/api/audit', admin))
    expect((records as { action: string; outcome: string }[]).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['GET /api/analytics', 'denied'],
      ['DELETE /api/privacy/users/{id}', 'success'],
      ['auth.failed', 'denied'],
      ['config.loaded', 'success'],
    ])
    expect(JSON.stringify(records)).not.toContain('someone')
    expect(await json(ask('/api/audit/verify', admin))).toMatchObject({ ok: true, entries: 4, first_broken: null })
  })

  it('tells so many refused keys a minute, and how many more there were', async () => {
    const { ask } = open()
    for (let count = 0; count < 100; count++) await ask('/v1/models', as('wrong-key-value'))
    const { total } = await json(ask('/api/audit?action=auth.failed', admin))
    expect(total).toBeGreaterThanOrEqual(60)
    expect(total).toBeLessThanOrEqual(61 + 60) // a minute may turn meanwhile
  })

  it('is verified by the command on the file alone', async () => {
    const watched = open()
    await watched.settled()
    await watched.gateway.close()
    const said: string[] = []
    const world = {
      env: {},
      readFile: (path: string) => readFileSync(path, 'utf8'),
      out: (text: string) => said.push(text),
      err: (text: string) => said.push(text),
      onStop: () => undefined,
      onHangup: () => undefined,
      exit: () => undefined,
    }
    const file = join(watched.folder, 'records.db')
    expect(await audit(['verify', file, '--secret-file', join(watched.folder, 'secret')], world)).toBe(0)
    expect(JSON.parse(said.join(''))).toMatchObject({ ok: true, first_broken: null })
    expect(await audit(['verify', join(watched.folder, 'nothing.db')], world)).toBe(1)
  })
})

describe('an end user', () => {
  it('is told what is held, and erased with a receipt, and the chain stays whole', async () => {
    const { chat, ask } = open()
    await (await chat({ user: 'mme.curie@example.com' }, client.headers)).text()
    await (await chat({}, { ...client.headers, 'x-proxyapi-user': 'someone-else' })).text()
    const path = `/api/privacy/users/${encodeURIComponent('mme.curie@example.com')}`
    expect((await json(ask(path, admin)))['held']).toMatchObject({ usage: { requests: 1 }, receipts: 1 })
    expect((await json(ask(path, { ...admin, method: 'DELETE' })))['erased']).toMatchObject({ usage: 1, receipts: 1 })
    expect((await json(ask(path, admin)))['held']).toMatchObject({ usage: { requests: 0 }, receipts: 0 })
    expect((await json(ask('/api/privacy/users/someone-else', admin)))['held']).toMatchObject({ usage: { requests: 1 } })
    expect(await json(ask('/api/audit/verify', admin))).toMatchObject({ ok: true })
  })
})

describe('a gateway that keeps nothing', () => {
  it.each(['/api/audit', '/api/audit/verify', '/api/analytics', '/v1/receipts/x'])('says so at %s', async (path) => {
    const answer = await createGateway({}).fetch(`http://gateway${path}`)
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('started without a data folder')])
  })
})
