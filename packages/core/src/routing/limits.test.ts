import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import type { Deps } from '../deps.ts'
import { createEngine } from '../engine/engine.ts'
import type { EngineOptions } from '../engine/engine-options.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { ConfiguredModel } from '../providers/provider.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'

const messages = [{ role: 'user' as const, content: 'Hello' }]
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
const plainBody = JSON.stringify({
  id: 'x',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage,
})
const streamBody = `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`

interface Setting {
  readonly provider?: Partial<ProviderOptions>
  readonly model?: Partial<ConfiguredModel>
  readonly virtual?: Partial<NonNullable<EngineOptions['models']>[number]>
  readonly engine?: Partial<EngineOptions>
}

/** `first`, whose n-th call takes as long as `takes` says (the last repeats), and `second`, which answers at once. */
function setUp(takes: readonly number[], { provider, model, virtual, engine: more }: Setting = {}) {
  const world = createVirtualWorld({ seed: 1 })
  let asked = 0
  const fetch: Deps['fetch'] = async (input, init) => {
    const isFirst = new URL(String(input)).host === 'first'
    if (isFirst) asked++
    await world.deps.sleep(isFirst ? (takes[Math.min(asked, takes.length) - 1] ?? 0) : 0, init?.signal ?? undefined)
    const stream = String(init?.body).includes('"stream":true')
    return new Response(stream ? streamBody : plainBody, { headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } })
  }
  const engine = createEngine({
    providers: [
      { name: 'first', type: 'openai_compatible', baseUrl: 'http://first/v1', models: [{ id: 'm', ...model }], ...provider },
      { name: 'second', type: 'openai_compatible', baseUrl: 'http://second/v1', models: ['n'] },
    ],
    models: [{ name: 'both', targets: ['first/m'], fallbacks: ['second/n'], ...virtual }],
    deps: { ...world.deps, fetch },
    ...more,
  })
  const ask = async (kind: 'plain' | 'stream', name = 'both', timeoutMs?: number): Promise<Receipt | undefined> => {
    let receipt: Receipt | undefined
    const onSettled = (settled: Receipt): void => {
      receipt = settled
    }
    const request = { model: name, messages }
    const read = async (): Promise<void> => {
      if (kind === 'plain') await engine.chat(request, { onSettled, timeoutMs })
      else for await (const _ of (await engine.stream(request, { onSettled, timeoutMs })).batches);
    }
    const done = read().catch(() => undefined)
    await world.run()
    await done
    return receipt
  }
  return { ask, engine }
}

const outcomes = (receipt: Receipt | undefined): readonly string[] =>
  (receipt?.attempts ?? []).map(({ provider, outcome }) => `${provider} ${outcome}`)
const tookMs = (receipt: Receipt | undefined): number => (receipt?.endedAtMs ?? 0) - (receipt?.startedAtMs ?? 0)
const quick = Array.from({ length: 40 }, () => 10)

describe('a target that is usually quick', () => {
  it.each<[string, 'plain' | 'stream', Setting, number]>([
    ['the provider', 'stream', { provider: { timeouts: { firstTokenMs: 60_000 } } }, 50_000],
    ['the provider', 'plain', { provider: { timeouts: { plainMs: 300_000 } } }, 200_000],
    ['the provider in all', 'plain', { provider: { timeouts: { totalMs: 300_000 } } }, 50_000],
    ['the model', 'stream', { model: { timeouts: { firstTokenMs: 60_000 } } }, 50_000],
    ['the model', 'plain', { model: { timeouts: { plainMs: 300_000 } } }, 200_000],
    ['the virtual model', 'stream', { virtual: { timeouts: { firstTokenMs: 60_000 } } }, 50_000],
    ['the virtual model', 'plain', { virtual: { timeouts: { plainMs: 300_000 } } }, 200_000],
  ])('keeps the time that %s is given for a %s answer', async (_name, kind, setting, ms) => {
    const { ask, engine } = setUp([...quick, ms], setting)
    for (const _ of quick) await ask(kind)
    for (let call = 0; call < 6; call++) expect(outcomes(await ask(kind))).toEqual(['first success'])
    expect(engine.health()[0]?.circuit).toBe('closed')
  })

  it.each(['plain', 'stream'] as const)(
    'and slow at some of its %s answers keeps its circuit closed, and gets more time for the next',
    async (kind) => {
      const { ask, engine } = setUp([...quick, 25_000])
      for (const _ of quick) await ask(kind)
      const receipts: (readonly string[])[] = []
      for (let call = 0; call < 8; call++) receipts.push(outcomes(await ask(kind)))
      expect(receipts[0]).toEqual(['first timeout', 'second success'])
      expect(receipts.at(-1)).toEqual(['first success'])
      expect(engine.health()[0]?.circuit).toBe('closed')
    },
  )

  it('has its circuit opened when it is silent to the end of its own limit', async () => {
    const { ask, engine } = setUp([...quick, 1e9])
    for (const _ of quick) await ask('stream')
    for (let call = 0; call < 9; call++) await ask('stream')
    expect(engine.health()[0]?.circuit).not.toBe('closed')
  })
})

describe('a time limit', () => {
  const short = (timeouts: ProviderOptions['timeouts']): Setting => ({ provider: { timeouts } })
  it.each<[string, 'plain' | 'stream', Setting, string, number]>([
    ['the provider’s', 'plain', short({ plainMs: 2_000 }), 'plain', 2_000],
    ['the provider’s', 'plain', short({ plainMs: 200_000, totalMs: 3_000 }), 'total', 3_000],
    ['the provider’s', 'stream', short({ firstTokenMs: 4_000 }), 'first_token', 4_000],
    [
      'the model’s over the provider’s',
      'plain',
      { ...short({ plainMs: 2_000 }), model: { timeouts: { plainMs: 150_000 } } },
      'plain',
      150_000,
    ],
    [
      'the model’s beside the provider’s',
      'stream',
      { ...short({ idleMs: 9 }), model: { timeouts: { firstTokenMs: 7_000 } } },
      'first_token',
      7_000,
    ],
    [
      'the virtual model’s over both',
      'plain',
      { ...short({ plainMs: 2_000 }), model: { timeouts: { plainMs: 150_000 } }, virtual: { timeouts: { plainMs: 1_000 } } },
      'plain',
      1_000,
    ],
  ])('of an attempt is %s (%s)', async (_name, kind, setting, name, ms) => {
    const { ask } = setUp([1e9], setting)
    const [first] = (await ask(kind))?.attempts ?? []
    expect(first?.limit).toEqual({ name, ms })
  })
})

describe('a deadline', () => {
  const patient = { plainMs: 1e8, totalMs: 1e8, firstTokenMs: 1e8 }
  it.each<[string, 'plain' | 'stream', string, Setting, number]>([
    ['ten minutes', 'plain', 'first/m', {}, 600_000],
    ['half an hour', 'stream', 'first/m', {}, 1_800_000],
    ['the engine’s', 'plain', 'both', { engine: { deadlines: { plain: 5_000 } } }, 5_000],
    ['the engine’s', 'stream', 'both', { engine: { deadlines: { plain: 5_000 } } }, 1_800_000],
    ['the engine’s, though longer', 'plain', 'both', { engine: { deadlines: { plain: 900_000 } } }, 900_000],
    ['the model’s', 'plain', 'first/m', { model: { deadlineMs: { plain: 9_000 } }, engine: { deadlines: { plain: 5_000 } } }, 9_000],
    ['the model’s by its bare name', 'plain', 'm', { model: { deadlineMs: { plain: 9_000 } } }, 9_000],
    ['the virtual model’s', 'stream', 'both', { virtual: { deadlineMs: { stream: 4_000_000 } } }, 4_000_000],
  ])('is %s (%s, asked for %s)', async (_name, kind, name, setting, ms) => {
    const { ask } = setUp([1e9], { ...setting, provider: { timeouts: patient } })
    expect(tookMs(await ask(kind, name))).toBe(ms)
    expect(tookMs(await ask(kind, name, 1_000))).toBe(1_000)
    expect(tookMs(await ask(kind, name, ms * 2))).toBe(ms)
  })
})

describe('one attempt at a target', () => {
  it('is no retry, and leaves the fallbacks on', async () => {
    const { ask } = setUp([1e9], { provider: { timeouts: { plainMs: 10 } }, engine: { routing: { retry: { attemptsPerTarget: 1 } } } })
    expect(outcomes(await ask('plain'))).toEqual(['first timeout', 'second success'])
    expect(outcomes(await ask('plain', 'first/m'))).toEqual(['first timeout'])
  })

  it.each([1, 2, 3])('may be followed by others up to %i', async (attemptsPerTarget) => {
    const { ask } = setUp([1e9], { provider: { timeouts: { plainMs: 10 } }, engine: { routing: { retry: { attemptsPerTarget } } } })
    expect(outcomes(await ask('plain', 'first/m'))).toHaveLength(attemptsPerTarget)
  })
})
