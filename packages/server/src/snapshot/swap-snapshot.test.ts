import { describe, expect, it } from 'vitest'
import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { assertConfig } from '../config/parse-config.ts'
import { createMemoryKeyStore } from '../keys/memory-key-store.ts'
import { openState } from '../state/open-state.ts'
import { compileSnapshot, type Snapshot } from './compile-snapshot.ts'
import { startFeatures, swapSnapshot } from './swap-snapshot.ts'

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

/** A capability that keeps its feature while `max_body_mb` stays, and one that makes a new one each time; both write down what is done to them. */
function observed(fails: () => boolean) {
  const done: string[] = []
  const featureOf = (name: string): Feature => ({
    start: () => void done.push(`start ${name}`),
    close: async () => void done.push(`close ${name}`),
  })
  const keeping: Capability<Kept<Feature>> = {
    name: 'keeping',
    open: () => createKept<Feature>(),
    compile: ({ server }, kept, context) => kept(server.max_body_mb, context, () => featureOf(`kept ${server.max_body_mb}`)),
    close: async () => void done.push('close state'),
  }
  let count = 0
  const making: Capability = { name: 'making', open: () => undefined, compile: () => featureOf(`made ${++count}`) }
  const failing: Capability = {
    name: 'failing',
    open: () => undefined,
    compile: () => {
      if (fails()) throw new Error('this can not be compiled')
      return {}
    },
  }
  return { done, capabilities: [keeping, making, failing] }
}

describe('the features of snapshots', () => {
  const config = (mb: number) => assertConfig({ server: { max_body_mb: mb } })

  it('are started once, and closed when no snapshot has them any more', async () => {
    const { done, capabilities } = observed(() => false)
    const state = openState<Snapshot>(config(1), { capabilities })
    swapSnapshot(state, compileSnapshot(config(1), state))
    const before = [...done]
    startFeatures(state)
    startFeatures(state)
    swapSnapshot(state, compileSnapshot(config(1), state))
    await new Promise((resolve) => setImmediate(resolve))
    swapSnapshot(state, compileSnapshot(config(2), state))
    await new Promise((resolve) => setImmediate(resolve))
    expect([before, done]).toEqual([
      [],
      ['start kept 1', 'start made 1', 'start made 2', 'close made 1', 'start kept 2', 'start made 3', 'close kept 1', 'close made 2'],
    ])
  })

  it('stay as they are when a configuration can not be compiled', async () => {
    let fails = false
    const { done, capabilities } = observed(() => fails)
    const state = openState<Snapshot>(config(1), { capabilities })
    const first = swapSnapshot(state, compileSnapshot(config(1), state))
    startFeatures(state)
    fails = true
    for (const mb of [1, 2, 3]) expect(() => compileSnapshot(config(mb), state)).toThrow('this can not be compiled')
    fails = false
    await new Promise((resolve) => setImmediate(resolve))
    const closed = done.filter((line) => line.startsWith('close'))
    const next = compileSnapshot(config(1), state)
    expect(closed.sort()).toEqual(['close kept 2', 'close kept 3', 'close made 2', 'close made 3', 'close made 4'])
    expect([state.current.snapshot, next.features.filter((feature) => first.features.includes(feature)).length > 0]).toEqual([first, true])
  })

  it('keep levels of the cache open while their settings change, and close them once, with the gateway', async () => {
    const closed: string[] = []
    const store = {
      ...{ name: 'shelf', get: async () => undefined, set: async () => undefined, remove: async () => 0, sweep: async () => undefined },
      ...{ figures: async () => ({ entries: 0, bytes: 0, maxBytes: 1, evictions: 0 }), hottest: async () => [] },
      close: async () => void closed.push('closed'),
    }
    const state = openState<Snapshot>(config(1), { cache: { stores: [store] } })
    const withTtl = (ttl: number) => assertConfig({ caching: { response_cache: { ttl } } })
    for (const ttl of [1, 2, 3]) swapSnapshot(state, compileSnapshot(withTtl(ttl), state))
    await new Promise((resolve) => setImmediate(resolve))
    const before = [...closed]
    await state.closeCapabilities()
    expect([before, closed]).toEqual([[], ['closed']])
  })
})

it('takes its bounds of admission from the latest configuration', () => {
  const narrow = assertConfig({ server: { max_in_flight: 1, max_queue: 0 } })
  const wide = assertConfig({ server: { max_in_flight: 2, max_queue: 0 } })
  const state = openState<Snapshot>(narrow, {})
  swapSnapshot(state, compileSnapshot(narrow, state))
  const enter = () =>
    state.admission.enter({ tenant: '', criticality: 'default', bytes: 0, deadlineAtMs: 1e15, abort: { onAbort: () => () => undefined } })
  enter()
  expect(enter).toThrow('too many requests are waiting')
  swapSnapshot(state, compileSnapshot(wide, state))
  expect([typeof enter(), state.admission.figures().inFlight]).toEqual(['function', 2])
})

it('keeps issued keys in force over another configuration', async () => {
  const keys = { auth: { api_keys: [{ name: 'ops', key: 'admin-key-0123456789', role: 'admin' }] } }
  const state = openState<Snapshot>(assertConfig(keys), { keyStore: createMemoryKeyStore() })
  const first = swapSnapshot(state, compileSnapshot(assertConfig(keys), state))
  startFeatures(state)
  const ask = (snapshot: Snapshot, method: string, path: string, key: string, body?: object) =>
    snapshot.app.fetch(
      new Request(`http://gateway${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      {},
    )
  const issued = (await (await ask(first, 'POST', '/api/keys', 'admin-key-0123456789', { name: 'web' })).json()) as { key: string }
  const second = swapSnapshot(state, compileSnapshot(assertConfig({ ...keys, server: { max_body_mb: 3 } }), state))
  await new Promise((resolve) => setImmediate(resolve))
  expect((await ask(second, 'GET', '/v1/models', issued.key)).status).toBe(200)
  await state.closeCapabilities()
})
