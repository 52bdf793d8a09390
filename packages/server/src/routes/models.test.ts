import { afterAll, describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const gateway = createGateway({ models: [{ name: 'fast', targets: ['demo/echo'] }] })
afterAll(() => gateway.close())

async function get(
  path: string,
  headers: Record<string, string> = { 'anthropic-version': '2023-06-01' },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await gateway.fetch(`http://gateway${path}`, { headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const ids = ['fast', 'demo/echo', 'demo/lorem', 'demo/slow', 'demo/embed', 'demo/rerank', 'demo/moderation']
const model = (id: string): object => ({ type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00.000Z' })

describe('the list of models', () => {
  it('has the form of OpenAI for all who do not say otherwise', async () => {
    const { body } = await get('/v1/models', {})
    expect(body).toMatchObject({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) })
  })

  it.each([
    ['', ids, false],
    ['?limit=2', ids.slice(0, 2), true],
    ['?limit=2&after_id=demo/echo', ids.slice(2, 4), true],
    ['?limit=9&after_id=demo/rerank', ids.slice(6), false],
    ['?limit=2&before_id=demo/slow', ids.slice(1, 3), true],
    ['?before_id=fast', [], false],
  ])('has the form of Anthropic for its clients, page by page: %s', async (query, expected, hasMore) => {
    expect((await get(`/v1/models${query}`)).body).toEqual({
      data: expected.map(model),
      has_more: hasMore,
      first_id: expected[0] ?? null,
      last_id: expected.at(-1) ?? null,
    })
  })

  it.each(['?limit=0', '?limit=1001', '?limit=x', '?after_id=nobody', '?before_id=nobody'])(
    'refuses a page that is none: %s',
    async (query) => {
      expect((await get(`/v1/models${query}`)).status).toBe(400)
    },
  )

  it('tells one model in the same form', async () => {
    expect((await get('/v1/models/demo/echo')).body).toEqual(model('demo/echo'))
    expect((await get('/v1/models/echo')).body).toEqual(model('demo/echo'))
    expect((await get('/v1/models/nobody')).status).toBe(404)
  })
})
