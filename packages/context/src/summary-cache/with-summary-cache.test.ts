import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Condenser, createCondenser } from '../condense/create-condenser.ts'
import { createModelCondenser } from '../condense/create-model-condenser.ts'
import type { ConversationMessage } from '../condense/message.ts'
import { deflateCodec } from '../node/deflate-codec.ts'
import { createTokenCounter, type TokenCounter } from '../tokens/token-counter.ts'
import { createSummaryCache, type SummaryCache } from './create-summary-cache.ts'
import { type CachedRequest, withSummaryCache } from './with-summary-cache.ts'

let counter: TokenCounter
let condenser: Condenser
let cache: SummaryCache
let prompts: string[]
let nowMs = 0
beforeAll(async () => {
  counter = await createTokenCounter('gpt-4o')
  condenser = createCondenser({ counter })
})
beforeEach(() => {
  prompts = []
  nowMs = 0
  cache = createSummaryCache({ ttlMs: 1_000 }, { now: () => nowMs })
})

/** Both ways of condensing, and a model that repeats what it was asked last. */
function cached() {
  const complete = async (prompt: string): Promise<string> => {
    prompts.push(prompt)
    return 'The ships wait for their pilots.'
  }
  const model = createModelCondenser({ counter, complete })
  return withSummaryCache(
    async ({ mode, ...request }) => (mode === 'extractive' ? condenser.condense(request) : model.condense({ ...request, mode })),
    { cache, measure: condenser.measure },
  )
}

function conversation(
  turns: number,
  fact = 'The fee of the Aurora is 48,250 and it is confirmed for Beatriz on 14 October.',
): readonly ConversationMessage[] {
  const talk = Array.from({ length: turns }, (_, turn): readonly ConversationMessage[] => [
    { role: 'user', content: turn === 3 ? fact : `The ship of turn ${turn} waits at berth ${turn * 3} for its pilot and its papers.` },
    { role: 'assistant', content: `Noted for turn ${turn}; the crane there is painted grey.` },
  ]).flat()
  return [{ role: 'system', content: 'Be brief.' }, ...talk, { role: 'user', content: 'What is the fee of the Aurora?' }]
}
const ask = (messages: readonly ConversationMessage[], mode: CachedRequest['mode'] = 'extractive'): CachedRequest => ({
  messages,
  maxTokens: 150,
  mode,
})

describe('a summary cache', () => {
  it('gives the same answer again, and says so', async () => {
    const condense = cached()
    const first = await condense(ask(conversation(20)))
    const again = await condense(ask(conversation(20)))
    expect(first.cached).toBe(false)
    expect(again).toEqual({ ...JSON.parse(JSON.stringify(first)), cached: true })
    expect(cache.figures()).toMatchObject({ hits: 1, misses: 1, prefixHits: 0 })
  })

  it.each([
    ['a number', '48,250', '51,900'],
    ['a name', 'Beatriz', 'Rafael'],
    ['a date', '14 October', '21 November'],
    ['a negation', 'is confirmed', 'is not confirmed'],
  ])('is never stale when %s changed', async (_, old, changed) => {
    const condense = cached()
    const fact = 'The fee of the Aurora is 48,250 and it is confirmed for Beatriz on 14 October.'
    await condense(ask(conversation(20, fact)))
    const { summary, cached: isCached } = await condense(ask(conversation(20, fact.replace(old, changed))))
    expect(isCached).toBe(false)
    expect(summary).toContain(changed)
    expect(summary).not.toContain(old)
  })

  it('knows nothing for another budget, question or mode', async () => {
    const condense = cached()
    const messages = conversation(20)
    await condense(ask(messages))
    for (const other of [{ ...ask(messages), maxTokens: 151 }, { ...ask(messages), query: 'berth' }, ask(messages, 'auto')]) {
      expect((await condense(other)).cached).toBe(false)
    }
  })

  it('lets a model read the summary of the beginning and what was added', async () => {
    const condense = cached()
    await condense(ask(conversation(40), 'abstractive'))
    const messages = [...conversation(40), { role: 'assistant', content: 'It is 48,250.' } as const, ...conversation(12).slice(1)]
    const grown = await condense(ask(messages, 'abstractive'))
    const { originalTokens } = condenser.condense({ messages, maxTokens: 150, format: 'summary' })
    expect(prompts).toHaveLength(2)
    expect(prompts[1]).toContain('The ships wait for their pilots.')
    expect(prompts[1]?.length).toBeLessThan((prompts[0]?.length ?? 0) * 0.7)
    expect(grown.reusedMessages).toBe(81)
    expect(Math.abs(grown.originalTokens - originalTokens)).toBeLessThan(30)
    expect(cache.figures().prefixHits).toBe(1)
  })

  it('forgets after its time', async () => {
    const condense = cached()
    await condense(ask(conversation(20)))
    nowMs = 1_000
    expect((await condense(ask(conversation(20)))).cached).toBe(false)
  })

  it('does not remember an answer that fell back', async () => {
    const model = createModelCondenser({ counter, complete: () => Promise.reject(new Error('503')) })
    const condense = withSummaryCache(
      ({ mode, ...request }) => model.condense({ ...request, mode: mode === 'extractive' ? 'auto' : mode }),
      {
        cache,
        measure: condenser.measure,
      },
    )
    expect((await condense(ask(conversation(20), 'auto'))).fallback).toBe('failed')
    expect(cache.figures().entries).toBe(0)
  })
})

describe('its memory', () => {
  it('holds large summaries compressed and gives them back whole', async () => {
    const compressed = createSummaryCache({ codec: deflateCodec }, { now: () => 0 })
    const value = 'The ship waits for its pilot – até amanhã. '.repeat(200)
    await compressed.set('a', value)
    await compressed.set('b', 'short')
    expect((await compressed.find(['a']))?.value).toBe(value)
    expect(await compressed.find(['x', 'b'])).toEqual({ value: 'short', place: 1 })
    expect(compressed.figures().bytes).toBeLessThan(2_000)
    expect(compressed.figures().savedBytes).toBeGreaterThan(7_000)
  })

  it('stays within its bytes', async () => {
    const small = createSummaryCache({ maxBytes: 5_000 }, { now: () => 0 })
    for (let index = 0; index < 50; index++) await small.set(`key ${index}`, 'x'.repeat(500))
    expect(small.figures().bytes).toBeLessThanOrEqual(5_000)
    expect(await small.find(['key 49'])).toBeDefined()
    expect(await small.find(['key 0'])).toBeUndefined()
  })
})
