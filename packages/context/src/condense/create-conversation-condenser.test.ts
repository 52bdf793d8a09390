import { beforeAll, describe, expect, it } from 'vitest'
import { createTokenCounter, type TokenCounter } from '../tokens/token-counter.ts'
import { type ConversationCondenser, createConversationCondenser } from './create-conversation-condenser.ts'
import type { ConversationMessage } from './message.ts'

let counter: TokenCounter
let conversations: ConversationCondenser
beforeAll(async () => {
  counter = await createTokenCounter('gpt-4o')
})

const system: ConversationMessage = { role: 'system', content: 'You are the clerk of the harbour.' }

/** The first `turns` turns of a conversation that grows. */
function grown(turns: number): readonly ConversationMessage[] {
  const talk = Array.from({ length: turns }, (_, turn): readonly ConversationMessage[] => [
    { role: 'user', content: `Turn ${turn}: where does the ship Aurora-${turn} moor, and who is its pilot?` },
    {
      role: 'assistant',
      content: `The ship Aurora-${turn} moors at berth ${turn * 3}; its pilot is Moura and the fee is ${turn * 100 + 7} EUR.`,
    },
  ]).flat()
  return [system, ...talk, { role: 'user', content: `What is the fee of Aurora-${turns - 1}?` }]
}

function fresh(): ConversationCondenser {
  conversations = createConversationCondenser({ counter })
  return conversations
}

/** The condensed messages, or a failure that says what came instead. */
function condensedAt(turns: number, options: { readonly threshold: number; readonly targetTokens?: number } = { threshold: 1_500 }) {
  const result = conversations.condense({ messages: grown(turns), ...options })
  if (result.type !== 'condensed') throw new Error(`expected a condensed conversation, got ${result.type}`)
  return result
}

describe('a growing conversation', () => {
  it('is left alone below the threshold', () => {
    const messages = grown(5)
    const result = fresh().condense({ messages, threshold: 1_500 })
    expect(result).toMatchObject({ type: 'unchanged', originalTokens: result.condensedTokens })
    expect(result.type === 'unchanged' && result.messages).toBe(messages)
  })

  it('comes down to about half when it crosses the threshold', () => {
    fresh()
    const result = condensedAt(40)
    expect(result.originalTokens).toBeGreaterThan(1_500)
    expect(result.condensedTokens).toBeLessThanOrEqual(750)
    expect(result.condensedTokens).toBeGreaterThan(600)
    expect(result.messages[0]).toBe(system)
    expect(result.messages.at(-1)).toEqual(grown(40).at(-1))
  })

  it('keeps its prefix byte for byte until the threshold is crossed again', () => {
    fresh()
    const prefix = JSON.stringify(condensedAt(40).messages.slice(0, -1))
    const reused: boolean[] = []
    for (let turns = 41; turns < 70; turns++) {
      const { messages, reused: isReused, condensedTokens } = condensedAt(turns)
      expect(condensedTokens).toBeLessThanOrEqual(1_500)
      if (reused.every(Boolean) && isReused) expect(JSON.stringify(messages).startsWith(prefix.slice(0, -1))).toBe(true)
      reused.push(isReused)
    }
    expect(reused.filter((isReused) => !isReused).length).toBeLessThanOrEqual(3)
    expect(reused.slice(0, 10)).toEqual(Array(10).fill(true))
  })

  it('shares no prefix with a conversation that differs in one early number', () => {
    fresh()
    condensedAt(40)
    const changed = grown(41).map((message, index) => (index === 2 ? { ...message, content: 'The fee is 9,999 EUR.' } : message))
    expect(conversations.condense({ messages: changed, threshold: 1_500 })).toMatchObject({ type: 'condensed', reused: false })
  })

  it.each<[string, { readonly threshold: number; readonly targetTokens?: number; readonly contextWindow?: number }]>([
    ['a lower threshold', { threshold: 1_000 }],
    ['a higher threshold', { threshold: 1_800 }],
    ['a smaller window', { threshold: 1_500, contextWindow: 900 }],
    ['another target', { threshold: 1_500, targetTokens: 1_400 }],
  ])('is condensed anew for %s, as if nothing had been decided before', (_what, options) => {
    const ask = () => conversations.condense({ messages: grown(41), ...options })
    fresh()
    const first = ask()
    fresh()
    condensedAt(40)
    condensedAt(41)
    expect(ask()).toEqual(first)
    expect(condensedAt(42).reused).toBe(true)
  })

  it('reuses no prefix that kept less than is asked for now', () => {
    fresh()
    const { preservation } = condensedAt(40)
    const strict = conversations.condense({ messages: grown(41), threshold: 1_500, preservationFloor: preservation.score + 0.01 })
    expect(strict.type === 'condensed' && !strict.reused && strict.preservation.score > preservation.score).toBe(true)
  })

  it('stays longer, up to its limit, where too much would be lost at half of it', () => {
    fresh()
    const half = condensedAt(40)
    const floor = half.preservation.score + 0.05
    const kept = fresh().condense({ messages: grown(40), threshold: 1_500, preservationFloor: floor })
    expect(kept.type === 'condensed' && kept.preservation.score).toBeGreaterThanOrEqual(floor)
    expect(kept.condensedTokens).toBeGreaterThan(half.condensedTokens)
    expect(kept.condensedTokens).toBeLessThanOrEqual(1_500)
  })

  it('condenses when the context window is the smaller limit', () => {
    const result = fresh().condense({ messages: grown(20), threshold: 100_000, contextWindow: 600 })
    expect(result.type).toBe('condensed')
    expect(result.condensedTokens).toBeLessThanOrEqual(300)
  })

  it('refuses when too little would survive', () => {
    const result = fresh().condense({ messages: grown(80), threshold: 300, preservationFloor: 0.9 })
    expect(result).toMatchObject({ type: 'refused', reason: 'below-floor' })
    expect(result.type === 'refused' && result.preservation?.score).toBeLessThan(0.9)
  })

  it('refuses when the last turn alone is over the limit', () => {
    const messages: readonly ConversationMessage[] = [...grown(3), { role: 'user', content: 'and again '.repeat(500) }]
    expect(fresh().condense({ messages, threshold: 400 })).toMatchObject({ type: 'refused', reason: 'too-large' })
  })

  it('answers the same in slices', async () => {
    let time = 0
    const deps = { now: () => time++, yieldNow: async () => undefined }
    const sliced = await fresh().condenseInSlices({ messages: grown(40), threshold: 1_500 }, deps)
    expect(sliced).toEqual(fresh().condense({ messages: grown(40), threshold: 1_500 }))
  })

  it.each([
    ['threshold', { threshold: 0 }],
    ['contextWindow', { threshold: 10, contextWindow: -5 }],
    ['targetTokens', { threshold: 10, targetTokens: 0.5 }],
  ])('names the wrong %s', (param, options) => {
    expect(() => fresh().condense({ messages: grown(1), ...options })).toThrow(new RegExp(`^${param} is `))
  })
})
