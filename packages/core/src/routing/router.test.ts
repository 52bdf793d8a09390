import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import type { Deps } from '../deps.ts'
import { createEngine } from '../engine/engine.ts'
import type { EngineOptions } from '../engine/engine-options.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { chat } from '../operations/chat.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'

const completion = {
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}

interface Reply {
  readonly afterMs: number
  readonly status?: number
}

const messages = [{ role: 'user' as const, content: 'Hello' }]

/** An engine whose providers answer the n-th call as `replies` say; the last reply repeats. */
function setUp(replies: Readonly<Record<string, readonly Reply[]>>, options: Partial<EngineOptions> = {}) {
  const world = createVirtualWorld({ seed: 1 })
  const calls: Record<string, number[]> = {}
  const fetch: Deps['fetch'] = async (input, init) => {
    const { host } = new URL(input instanceof Request ? input.url : String(input))
    const times = calls[host] ?? []
    calls[host] = times
    times.push(world.now())
    const list = replies[host] ?? []
    const { afterMs, status = 200 } = list[Math.min(times.length, list.length) - 1] ?? { afterMs: 0, status: 500 }
    await world.deps.sleep(afterMs, init?.signal ?? undefined)
    const body = status === 200 ? completion : { error: { message: 'no' } }
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  }
  const names = Object.keys(replies)
  const engine = createEngine({
    providers: names.map((name) => ({ name, type: 'openai_compatible', baseUrl: `http://${name}/v1`, models: ['m'] })),
    models: [{ name: 'all', targets: [`${names[0] ?? ''}/m`], fallbacks: names.slice(1).map((name) => `${name}/m`) }],
    deps: { ...world.deps, fetch },
    ...options,
  })
  const ask = async (): Promise<Receipt | undefined> => {
    let receipt: Receipt | undefined
    const asked = engine.chat({ model: 'all', messages }, { onSettled: (settled) => (receipt = settled) }).catch(() => undefined)
    await world.run()
    await asked
    return receipt
  }
  return { ask, calls, engine, world }
}

const usual = Array.from({ length: 40 }, () => ({ afterMs: 10 }))
const hedging = { hedge: { enabled: true, maxRatio: 1 }, adaptiveTimeouts: false }
const attemptsOf = (receipt: Receipt | undefined): readonly string[] =>
  (receipt?.attempts ?? []).map(({ provider, reason, outcome }) => `${provider} ${reason} ${outcome}`)

describe('a hedged request', () => {
  it('goes on from what its first attempt met, though the hedge was refused before', async () => {
    const { ask } = setUp(
      { first: [...usual, { afterMs: 2_000, status: 500 }, { afterMs: 10 }], second: [{ afterMs: 10, status: 404 }] },
      { routing: hedging },
    )
    for (const _ of usual) await ask()
    const receipt = await ask()
    expect(attemptsOf(receipt)).toEqual(['first first server', 'second hedge unknown_model', 'first retry success'])
    expect(receipt?.outcome).toBe('complete')
  })

  it('asks no target more than twice', async () => {
    const { ask } = setUp({ only: [...usual, { afterMs: 2_000, status: 500 }] }, { routing: hedging })
    for (const _ of usual) await ask()
    expect(attemptsOf(await ask())).toEqual(['only first server', 'only hedge server'])
  })
})

describe('a target that is usually quick', () => {
  it('may take longer over a whole answer than over the first word of a stream', async () => {
    const { ask, engine, world } = setUp({ first: [...usual, { afterMs: 8_000 }], second: [{ afterMs: 0 }] })
    for (const _ of usual) {
      const streamed = engine.stream({ model: 'all', messages }).then(async ({ batches }) => {
        for await (const _batch of batches);
      })
      await world.run()
      await streamed
    }
    expect(attemptsOf(await ask())).toEqual(['first first success'])
  })

  it('is left early when it says nothing, and another can answer', async () => {
    const { ask } = setUp({ first: [...usual, { afterMs: 50_000 }], second: [{ afterMs: 0 }] })
    for (const _ of usual) await ask()
    const receipt = await ask()
    expect(attemptsOf(receipt)).toEqual(['first first timeout', 'second fallback success'])
    expect((receipt?.endedAtMs ?? 0) - (receipt?.startedAtMs ?? 0)).toBeLessThan(21_000)
  })
})

describe('a refused target', () => {
  it('gets its rest before it is asked again, also where it names none', async () => {
    const { ask, calls } = setUp({ only: [{ afterMs: 0, status: 429 }, { afterMs: 0 }] })
    expect(attemptsOf(await ask())).toEqual(['only first rate_limit', 'only retry success'])
    const [one = 0, two = 0] = calls['only'] ?? []
    expect(two - one).toBeGreaterThanOrEqual(1_000)
  })
})

describe('a target at rest', () => {
  it('is passed over by the next request, for one that is at ease', async () => {
    const { ask } = setUp({ first: [{ afterMs: 0, status: 401 }, { afterMs: 0 }], second: [{ afterMs: 0 }] })
    expect(attemptsOf(await ask())).toEqual(['first first authentication', 'second fallback success'])
    expect(attemptsOf(await ask())).toEqual(['second first success'])
  })
})

describe('an attempt', () => {
  it('gives its slot back though its costs can’t be reckoned', async () => {
    const fails = (): never => {
      throw new Error('no price')
    }
    const { ask, engine } = setUp({ only: [{ afterMs: 0 }] }, { catalog: { priceUsage: fails } })
    await ask()
    expect(engine.health()).toMatchObject([{ inFlight: 0, targets: [{ inFlight: 0 }] }])
  })
})

describe('a stopped call', () => {
  it('settles by itself, though nobody reads', async () => {
    const { engine, world } = setUp({ only: [{ afterMs: 1e6 }] })
    const receipts: Receipt[] = []
    const opened = engine.open(chat, { model: 'all', messages, stream: true }, { onSettled: (receipt) => receipts.push(receipt) })
    await opened.run(async () => ({ type: 'stream', dialect: undefined, batches: (async function* () {})() }))
    opened.stop(new ProxyApiError({ code: 'shutting_down', message: 'bye' }))
    await world.run()
    expect([receipts.map(({ outcome }) => outcome), world.armed()]).toEqual([['error'], []])
  })
})
