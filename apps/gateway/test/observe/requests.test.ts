import { afterEach, describe, expect, it } from 'vitest'
import { type Watched, watchedGateway } from './watched-gateway.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const keys = [
  { name: 'ops', key: 'admin-key-0123456789', role: 'admin' },
  { name: 'app', key: 'client-key-0123456789' },
]
const admin = { authorization: 'Bearer admin-key-0123456789' }
const client = { authorization: 'Bearer client-key-0123456789' }

interface Row {
  readonly id: string
  readonly outcome: string
  readonly cost_nano_usd: string | null
}

interface Page {
  readonly requests: readonly Row[]
  readonly next: string | null
  readonly searched_to: string | null
  readonly complete: boolean
}

async function open(): Promise<{ watched: Watched; page: (query?: string) => Promise<Page> }> {
  const watched = watchedGateway({ auth: { api_keys: keys } })
  closing.push(watched.close)
  for (let index = 0; index < 5; index++) {
    const headers = { ...client, 'x-request-id': `r-${index}`, 'x-proxyapi-tags': index % 2 === 0 ? 'even' : 'odd' }
    const messages = [{ role: 'user', content: `Hello ${index}` }]
    await (await watched.chat({ messages, stream: index === 4, user: `u-${index}` }, headers)).text()
  }
  await (await watched.chat({ model: 'nope' }, { ...client, 'x-request-id': 'r-refused' })).text()
  const page = async (query = ''): Promise<Page> => (await (await watched.ask(`/api/requests${query}`, { headers: admin })).json()) as Page
  return { watched, page }
}

describe('GET /api/requests', () => {
  it('lists what happened, newest first, refused requests too', async () => {
    const { page } = await open()
    const { requests, next, complete } = await page()
    expect(requests.map(({ id }) => id)).toEqual(['r-refused', 'r-4', 'r-3', 'r-2', 'r-1', 'r-0'])
    expect([next, complete]).toEqual([null, true])
    expect(requests[0]).toMatchObject({ outcome: 'error', status: 404, error_code: 'model_not_found', endpoint: '/v1/chat/completions' })
    expect(requests[1]).toMatchObject({ key: { name: 'app' }, provider: 'demo', model: 'echo', stream: true, attempts: 1, tags: ['even'] })
    expect(typeof requests[1]?.cost_nano_usd === 'string' || requests[1]?.cost_nano_usd === null).toBe(true)
  })

  it('goes on page by page', async () => {
    const { page } = await open()
    const seen: string[] = []
    let next: string | null = ''
    for (let pages = 0; next !== null && pages < 10; pages++) {
      const { requests, next: following }: Page = await page(`?limit=2${next === '' ? '' : `&before=${next}`}`)
      seen.push(...requests.map(({ id }) => id))
      next = following
    }
    expect(seen).toEqual(['r-refused', 'r-4', 'r-3', 'r-2', 'r-1', 'r-0'])
  })

  it.each([
    ['tag=odd', ['r-3', 'r-1']],
    ['user=u-2', ['r-2']],
    ['outcome=error', ['r-refused']],
    ['status=200&key=app&id=r-4', ['r-4']],
    ['id=r-', ['r-refused', 'r-4', 'r-3', 'r-2', 'r-1', 'r-0']],
    ['provider=demo&model=echo&min_attempts=1&tag=even', ['r-4', 'r-2', 'r-0']],
    ['min_attempts=2', []],
    ['to=2020-01-01', []],
  ])('filters by %s', async (query, ids) => {
    const { page } = await open()
    expect((await page(`?${query}`)).requests.map(({ id }) => id)).toEqual(ids)
  })

  it('is CSV where that is asked for, and refuses what it does not know by name', async () => {
    const { watched } = await open()
    const csv = await watched.ask('/api/requests?format=csv&limit=1', { headers: admin })
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(await csv.text()).toMatch(/^id,at,endpoint,[^\r]*\r\nr-refused,[^\r]*\r\n$/)
    const wrong = await watched.ask('/api/requests?colour=red', { headers: admin })
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('There is no parameter')])
  })

  it.each(['', '/summary', '/events', '/open'])('%s is for admins', async (path) => {
    const { watched } = await open()
    expect((await watched.ask(`/api/requests${path}`, { headers: client })).status).toBe(403)
  })
})

describe('GET /api/requests/summary', () => {
  it.each([
    ['', 6, 1],
    ['?provider=demo', 5, 0],
    ['?tag=odd', 2, 0],
    ['?outcome=error', 1, 1],
  ])('%s sums up', async (query, total, failed) => {
    const { watched } = await open()
    const summary = (await (await watched.ask(`/api/requests/summary${query}`, { headers: admin })).json()) as Record<string, unknown>
    expect(summary).toMatchObject({ total, by_outcome: { error: failed }, buckets: [{ requests: total, failed }], approximate: false })
  })
})

async function readUntil(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += decoder.decode(part.value, { stream: true })
    if (isEnough(text)) break
  }
  await reader?.cancel()
  return text
}

describe('GET /api/requests/events', () => {
  it('tells what happens, and what was missed since the last event', async () => {
    const { watched } = await open()
    const live = await watched.ask('/api/requests/events?tag=new', { headers: admin })
    const following = readUntil(live, (text) => text.includes('r-new'))
    await (await watched.chat({}, { ...client, 'x-request-id': 'r-new', 'x-proxyapi-tags': 'new' })).text()
    expect(await following).toMatch(/^:\n\nid: 7\nevent: request\ndata: \{"id":"r-new",/)
    const resumed = await watched.ask('/api/requests/events', { headers: { ...admin, 'last-event-id': '4' } })
    const missed = await readUntil(resumed, (text) => text.includes('r-new'))
    expect([...missed.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['5', '6', '7'])
  })

  it('has ten listeners at most, and room again when one has left', async () => {
    const { watched } = await open()
    const listen = (): Promise<Response> => watched.ask('/api/requests/events', { headers: admin })
    const listeners = await Promise.all(Array.from({ length: 10 }, listen))
    expect((await listen()).status).toBe(429)
    await listeners[0]?.body?.cancel()
    const [again] = await Promise.all([listen()])
    expect(again?.status).toBe(200)
    for (const response of [...listeners.slice(1), again]) await response?.body?.cancel()
  })
})

describe('requests under way', () => {
  it('are listed, and ended by an operator', async () => {
    const { watched } = await open()
    const long = { model: 'demo/slow', stream: true, messages: [{ role: 'user', content: 'Hello '.repeat(200) }] }
    const slow = watched.chat(long, { ...client, 'x-request-id': 'r-slow' })
    const listed = async (): Promise<string> => (await watched.ask('/api/requests/open', { headers: admin })).text()
    const answer = await slow
    const expected = { id: 'r-slow', key: { name: 'app' }, requested_model: 'demo/slow', provider: 'demo', attempt: 1 }
    expect(JSON.parse(await listed())).toMatchObject({ open: [expected] })
    const ended = await watched.ask('/api/requests/open/r-slow', { method: 'DELETE', headers: admin })
    expect([ended.status, await ended.json()]).toEqual([200, { id: 'r-slow', ended: true }])
    expect(await answer.text()).toContain('An operator has ended this request')
    expect(JSON.parse(await listed())).toEqual({ open: [] })
    expect((await watched.ask('/api/requests/open/r-slow', { method: 'DELETE', headers: admin })).status).toBe(404)
    const audited = await (await watched.ask('/api/audit?action=DELETE%20/api/requests/open/{id}', { headers: admin })).text()
    expect(JSON.parse(audited)).toMatchObject({ total: 2 })
  })
})
