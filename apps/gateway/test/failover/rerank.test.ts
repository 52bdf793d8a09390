import { afterEach, describe, expect, it } from 'vitest'
import { type RunningScenario, runScenario, type ScenarioOptions } from './run-scenario.ts'
import { reset, silence, status } from './scenarios.ts'
import type { ScriptedAnswer } from './scripted-upstream.ts'

let running: RunningScenario | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

/** Two search units at 2 dollars for a thousand. */
const priced = [{ id: 'm', search_units_usd_per_million: 2_000 }]

/** A gateway in front of two upstreams that rerank, and a client of it. */
async function start(options: ScenarioOptions) {
  const scenario = await runScenario({ ...options, provider: { models: priced, ...options.provider } })
  running = scenario
  const ask = async (): Promise<{ status: number; headers: Headers; body: Readonly<Record<string, unknown>> }> => {
    const response = await fetch(`${scenario.url}/v1/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'safe', query: 'q', documents: ['a', 'b'], return_documents: true }),
    })
    // The gateway's own answers are JSON objects.
    return { status: response.status, headers: response.headers, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }
  return { ...scenario, ask }
}

const good =
  (id: string): ScriptedAnswer =>
  (response) => {
    const results = [{ index: 1, relevance_score: 0.5 }]
    const body = JSON.stringify({ id, model: id, results, meta: { billed_units: { search_units: 2 } } })
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  }
const fallback = [good('second')]
const html: ScriptedAnswer = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
const noResults: ScriptedAnswer = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
const strangeIndex: ScriptedAnswer = (response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{"index":9,"relevance_score":1}]}')

describe('rerank with a primary and a fallback', () => {
  it('says what its search units cost', async () => {
    const { ask, primary, receipts } = await start({ primary: [good('first')], fallback })
    const { body, headers } = await ask()
    expect(body['results']).toEqual([{ index: 1, relevance_score: 0.5, document: { text: 'b' } }])
    expect(headers.get('x-proxyapi-cost-usd')).toBe('0.004')
    expect(receipts).toMatchObject([{ operation: 'rerank', costNanoUsd: 4_000_000, usage: { searchUnits: 2 } }])
    expect(primary.seen.map(({ path }) => path)).toEqual(['/v1/rerank'])
  })

  it('tries again after one 500', async () => {
    const { ask, primary } = await start({ primary: [status(500), good('first')], fallback })
    expect(await ask()).toMatchObject({ status: 200, body: { id: 'first' } })
    expect(primary.seen).toHaveLength(2)
  })

  it.each<[string, ScriptedAnswer]>([
    ['a 429 with Retry-After', status(429, { message: 'Slow down.' }, { 'retry-after': '2' })],
    ['a TCP reset', reset],
    ['timeout', silence],
    ['HTML', html],
    ['an answer without results', noResults],
    ['a result for a document that is none', strangeIndex],
  ])('goes on to the fallback after %s', async (_what, answer) => {
    const { ask, receipts } = await start({ primary: [answer], fallback, provider: { timeout_seconds: 0.15 } })
    const { status: code, body, headers } = await ask()
    expect([code, body['id'], headers.get('x-proxyapi-fallback')]).toEqual([200, 'second', 'true'])
    expect(receipts).toMatchObject([{ outcome: 'complete', provider: 'fallback' }])
  })

  it('opens the circuit of a target that keeps failing', async () => {
    const { ask, primary } = await start({ primary: [status(503)], fallback })
    for (let time = 0; time < 20; time++) expect(await ask()).toMatchObject({ body: { id: 'second' } })
    expect(primary.seen.length).toBeLessThanOrEqual(8)
  })

  it('passes a fault of the caller on, after one attempt', async () => {
    const refusal = status(400, { message: 'Too many documents.', type: 'invalid_request_error' })
    const { ask, primary, fallback: second } = await start({ primary: [refusal], fallback })
    expect(await ask()).toMatchObject({ status: 400, body: { error: { message: 'Too many documents.' } } })
    expect([primary.seen.length, second.seen.length]).toEqual([1, 0])
  })

  it('closes the upstream call when the client leaves', async () => {
    const { url, primary, receipts } = await start({ primary: [silence], fallback })
    const client = new AbortController()
    const asked = fetch(`${url}/v1/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'safe', query: 'q', documents: ['a'] }),
      signal: client.signal,
    })
    await expect.poll(() => primary.seen.length).toBe(1)
    client.abort()
    await expect(asked).rejects.toThrow()
    await primary.closed(0)
    await expect.poll(() => receipts).toMatchObject([{ operation: 'rerank', outcome: 'canceled' }])
  })
})
