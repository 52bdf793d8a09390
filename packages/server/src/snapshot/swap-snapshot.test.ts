import { describe, expect, it } from 'vitest'
import { assertConfig } from '../config/parse-config.ts'
import { openState } from '../state/open-state.ts'
import { compileSnapshot, type Snapshot } from './compile-snapshot.ts'
import { swapSnapshot } from './swap-snapshot.ts'

const chaos = { chaos_engineering: { enabled: true } }
const before = { ...chaos, providers: [{ name: 'demo', type: 'demo' }] }
/** Other names, other routes, the same target. */
const after = { ...before, server: { max_body_mb: 2 }, models: [{ name: 'new', targets: ['demo/echo'] }] }

function open() {
  const config = assertConfig(before)
  const state = openState<Snapshot>(config, {})
  const first = swapSnapshot(state, compileSnapshot(config, state))
  const ask = async (snapshot: Snapshot, path: string, body?: unknown): Promise<Response> => {
    const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return snapshot.app.fetch(new Request(`http://gateway${path}`, init), {})
  }
  const swap = (): Snapshot => swapSnapshot(state, compileSnapshot(assertConfig(after), state))
  return { first, swap, ask }
}

const question = (model: string, text: string) => ({ model, temperature: 0, messages: [{ role: 'user', content: text }] })

describe('a second snapshot', () => {
  it('keeps answers in the cache', async () => {
    const { first, swap, ask } = open()
    await ask(first, '/v1/chat/completions', question('demo/echo', 'Hello'))
    const answer = await ask(swap(), '/v1/chat/completions', question('demo/echo', 'Hello'))
    expect(answer.headers.get('x-proxyapi-cache')).toBe('hit')
  })

  it('keeps circuits', async () => {
    const { first, swap, ask } = open()
    first.engine.isolate('demo/echo', true)
    expect((await ask(swap(), '/v1/chat/completions', question('new', 'Hello'))).status).toBe(503)
  })

  it('keeps counting where the first one stopped', async () => {
    const { first, swap, ask } = open()
    const chats = async (snapshot: Snapshot): Promise<string | undefined> =>
      /^\w*http\w*_count\{[^}]*chat\/completions[^}]*\} (\d+)/m.exec(await (await ask(snapshot, '/metrics/prometheus')).text())?.[1]
    await (await ask(first, '/v1/chat/completions', question('demo/echo', 'One'))).text()
    const second = swap()
    await (await ask(second, '/v1/chat/completions', question('new', 'Two'))).text()
    await new Promise((resolve) => setImmediate(resolve))
    expect(await chats(second)).toBe('2')
  })

  it('lets an experiment go on', async () => {
    const { first, swap, ask } = open()
    const started = await ask(first, '/api/chaos/start', {
      experiment_name: 'slow',
      duration_minutes: 10,
      faults: [{ type: 'delay', target: 'demo', severity: 'medium', probability: 0.1, duration_ms: 1 }],
    })
    const { experiment_id: id } = (await started.json()) as { experiment_id: string }
    const status = (await (await ask(swap(), '/v1/status')).json()) as { chaos: { running: string | null } }
    expect([started.status, status.chaos.running]).toEqual([200, id])
  })

  it('leaves requests on the snapshot that they began on', async () => {
    const { first, swap, ask } = open()
    const late = ask(first, '/v1/chat/completions', question('new', 'Hello'))
    const second = swap()
    expect((await late).status).toBe(404)
    expect((await ask(second, '/v1/chat/completions', question('new', 'Hello'))).status).toBe(200)
  })
})
