import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTokenCounter, type TokenCounter } from '../tokens/token-counter.ts'
import { type Condenser, createCondenser } from './create-condenser.ts'
import type { ConversationMessage } from './message.ts'
import type { SliceDeps } from './steps.ts'

let counter: TokenCounter
let condenser: Condenser
beforeAll(async () => {
  counter = await createTokenCounter('gpt-4o')
  condenser = createCondenser({ counter })
})

const user = (content: string): ConversationMessage => ({ role: 'user', content })
const assistant = (content: string): ConversationMessage => ({ role: 'assistant', content })
const system: ConversationMessage = { role: 'system', content: 'You are the clerk of the harbour.' }

/** Talk about nothing in particular, with one fact in the middle. */
function harbourTalk(fact: string): readonly ConversationMessage[] {
  const talk = Array.from({ length: 40 }, (_, index) => [
    user(`What about berth ${index}? I saw a grey ship near the pier this morning.`),
    assistant(`Berth ${index} is used by the cargo line, and the crane there was painted in colour ${index * 3}.`),
  ]).flat()
  return [system, ...talk.slice(0, 40), user(fact), assistant('Noted.'), ...talk.slice(40)]
}

const pieces = fc.oneof(
  fc.constantFrom(
    'The budget is $48,250. ',
    'run `npm test`\n',
    '```js\nlet a = 1;\n```\n',
    '今天我们讨论了预算。',
    'مرحبا بالعالم. ',
    '👩‍👩‍👧‍👦🇧🇷',
  ),
  fc.constantFrom(
    '{"id": 7, "names": ["a", "b"]}',
    '<|endoftext|> ',
    '| a | b |\n|---|---|\n',
    '  at f (x.js:1:2)\n',
    'x'.repeat(700),
    '\r\n\t',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))
const plainMessages = fc.record({ role: fc.constantFrom('user', 'assistant' as const), content: texts })
const toolExchange = fc.tuple(fc.nat(), texts, texts).map(([id, query, result]): readonly ConversationMessage[] => [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: `c${id}`, type: 'function', function: { name: 'look_up', arguments: JSON.stringify({ query }) } }],
  },
  { role: 'tool', tool_call_id: `c${id}`, content: result },
])
const conversations = fc
  .array(
    fc.oneof(
      plainMessages.map((message): readonly ConversationMessage[] => [message]),
      toolExchange,
    ),
    { maxLength: 12 },
  )
  .map((groups) => [system, ...groups.flat()])

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function callsPair(messages: readonly ConversationMessage[]): boolean {
  const open = new Set<string>()
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? '')) return false
    } else if (open.size > 0) return false
    for (const { id } of message.tool_calls ?? []) open.add(id)
  }
  return open.size === 0
}

describe('a summary', () => {
  it('keeps the fact that is asked for', () => {
    const messages = [...harbourTalk('Remember that the Aurora pays 48,250 EUR, due on 14 October.'), user('What does the Aurora pay?')]
    const { summary, condensedTokens } = condenser.condense({ messages, maxTokens: 120, format: 'summary' })
    expect(summary).toContain('the Aurora pays 48,250 EUR, due on 14 October')
    expect(condensedTokens).toBeLessThanOrEqual(120)
  })

  it('keeps what the user demands although nobody asks for it', () => {
    const messages = [...harbourTalk('I never accept ships of more than 90 m; always ask the pilot first.'), user('Thanks, go on.')]
    expect(condenser.condense({ messages, maxTokens: 200 }).summary).toContain('I never accept ships of more than 90 m')
  })

  it('follows the query rather than the last turn', () => {
    const messages = [...harbourTalk('The lighthouse keeper is Beatriz Moura.'), user('What about berth 3?')]
    expect(condenser.condense({ messages, maxTokens: 80, query: 'Who is the lighthouse keeper?' }).summary).toContain('Beatriz Moura')
  })

  it.each([
    ['a number', '48,250', '51,900'],
    ['a name', 'Beatriz', 'Rafael'],
    ['a negation', 'is confirmed', 'is not confirmed'],
  ])('tells the new fact after %s has changed', (_, old, changed) => {
    const ask = (fact: string): string =>
      condenser.condense({ messages: [...harbourTalk(fact), user('Is the fee of Aurora confirmed?')], maxTokens: 150 }).summary
    const fact = 'The fee of Aurora is 48,250, set by Beatriz, and it is confirmed.'
    expect(ask(fact)).toContain(old)
    const summary = ask(fact.replace(old, changed))
    expect(summary).toContain(changed)
    expect(summary).not.toContain(old)
  })

  it('tells the objects of a tool result one by one', () => {
    const orders = Array.from({ length: 300 }, (_, index) => ({ order: `ORD-${index}`, price: 1.5 + index, note: 'standard parcel' }))
    const messages: readonly ConversationMessage[] = [
      user('List my orders.'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'orders', arguments: '{"user":7}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: JSON.stringify(orders) },
      user('What is the price of ORD-217?'),
    ]
    expect(condenser.condense({ messages, maxTokens: 200 }).summary).toContain('order: ORD-217, price: 218.5')
  })

  it('says what survived and what did not', () => {
    const messages = [...harbourTalk('Always moor the Aurora at berth 7.'), user('Where does the Aurora moor?')]
    const result = condenser.condense({ messages, maxTokens: 60, format: 'summary' })
    const { preservation, messagesKept, messagesCondensed, messagesDropped } = result
    expect(preservation.score).toBeGreaterThan(0)
    expect(preservation.score).toBeLessThan(1)
    expect(preservation.constraints).toEqual({ kept: 1, total: 1 })
    expect(messagesKept + messagesCondensed + messagesDropped).toBe(messages.length - 2)
    expect(result.compressionRatio).toBeCloseTo(result.condensedTokens / result.originalTokens)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a budget of %s', (maxTokens) => {
    expect(() => condenser.condense({ messages: [user('a')], maxTokens })).toThrow(/maxTokens is .*allowed is a whole number from 1 on/)
  })
})

describe('a shorter conversation', () => {
  it('comes back untouched when it fits', () => {
    const messages = [system, user('a'), assistant('b'), user('c')]
    expect(condenser.condense({ messages, maxTokens: 1_000, format: 'messages' }).messages).toBe(messages)
  })

  it('keeps the system prompt, the last turn and the newest turns word for word', () => {
    const messages = [...harbourTalk('The fee is 7 EUR.'), user('Go on.')]
    const result = condenser.condense({ messages, maxTokens: 500, format: 'messages' })
    expect(result.messages?.[0]).toBe(system)
    expect(result.messages?.slice(-3)).toEqual(messages.slice(-3))
    expect(result.messages?.[1]?.content).toMatch(/^\[Summary of the earlier conversation\]\n/)
    expect(result.condensedTokens).toBeLessThanOrEqual(500)
  })

  it('condenses the open tool result in place when it is too long', () => {
    const rows = Array.from({ length: 400 }, (_, index) => `row ${index} holds the value ${index * 7}`).join('\n')
    const messages: readonly ConversationMessage[] = [
      system,
      user('What is in row 31?'),
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'rows', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: rows },
    ]
    const result = condenser.condense({ messages, maxTokens: 400, query: 'row 31', format: 'messages' })
    expect(result.messages?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
    expect(result.messages?.[3]?.content).toContain('row 31 holds the value 217')
    expect(result.condensedTokens).toBeLessThanOrEqual(400)
  })

  it('refuses a budget that the system prompt and the last turn alone exceed', () => {
    const messages = [...harbourTalk('x'), user('go on '.repeat(200))]
    expect(() => condenser.condense({ messages, maxTokens: 100, format: 'messages' })).toThrow(/maxTokens is 100, but/)
  })
})

/** Contents that have little or nothing to say, in every form that a client may send them. */
const fewWords: readonly ConversationMessage['content'][] = [
  ...[null, undefined, '', '\n\n', 'a', 'hi', 'ok.', 'What?', '12', '{"a":1}', '```js\nx\n```', '- a\n- b'],
  ...[[], [{ type: 'text', text: 'x' }], [{ type: 'image' }], 'Aurora-1 came at 15:00 with 7 crates. It rained.'],
]
const shortMessages = fc
  .record({
    role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool' as const),
    content: fc.constantFrom(...fewWords),
    called: fc.boolean(),
  })
  .map(
    ({ role, content, called }): ConversationMessage => ({
      role,
      content,
      ...(role === 'tool' && { tool_call_id: 'a' }),
      ...(role === 'assistant' && called && { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
    }),
  )

describe('a conversation of few words', () => {
  it.each([['summary'], ['messages'], [undefined]] as const)('never grows in the format %s', (format) => {
    fc.assert(
      fc.property(fc.array(shortMessages, { minLength: 1, maxLength: 6 }), fc.constantFrom(20_000, 40_000), (messages, maxTokens) => {
        const { originalTokens, condensedTokens, summary } = condenser.condense({ messages, maxTokens, format })
        expect(condensedTokens).toBeLessThanOrEqual(originalTokens)
        expect(counter.count(summary)).toBeLessThanOrEqual(originalTokens)
      }),
      { seed: 5, numRuns: 600 },
    )
  })

  it('keeps what was said and leaves out who said it', () => {
    const messages = [
      user('Aurora-1 moored at 15:00.'),
      assistant('It rained on 7 crates.'),
      user('The crane is out of order.'),
      assistant('Noted.'),
    ]
    const { summary, preservation } = condenser.condense({ messages: [...messages, user('?')], maxTokens: 500, format: 'summary' })
    expect([summary, preservation.score]).toEqual([expect.stringContaining('Aurora-1 moored at 15:00.'), 1])
  })
})

describe('for any conversation and budget', () => {
  it('a summary never exceeds its budget, breaks no character and is the same each time', () => {
    fc.assert(
      fc.property(conversations, fc.integer({ min: 1, max: 400 }), (messages, maxTokens) => {
        const { summary, condensedTokens } = condenser.condense({ messages, maxTokens, format: 'summary' })
        expect(counter.count(summary)).toBe(condensedTokens)
        expect(condensedTokens).toBeLessThanOrEqual(maxTokens)
        expect(summary).not.toMatch(loneSurrogate)
        expect(createCondenser({ counter }).condense({ messages, maxTokens, format: 'summary' }).summary).toBe(summary)
      }),
      { numRuns: 60 },
    )
  })

  it('a summary holds no word that the conversation does not hold', () => {
    const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? []
    fc.assert(
      fc.property(conversations, fc.integer({ min: 1, max: 300 }), (messages, maxTokens) => {
        const source = JSON.stringify(
          messages.map(({ content, tool_calls }) => [
            content,
            tool_calls?.map((call) => [call.function?.name, JSON.parse(call.function?.arguments ?? '{}')]),
          ]),
        )
        const everything = `${source} ${messages.map(({ content }) => content).join(' ')} User Assistant Tool`
        const { summary } = condenser.condense({ messages, maxTokens, format: 'summary' })
        for (const word of wordsOf(summary)) expect(everything).toContain(word)
      }),
      { numRuns: 60 },
    )
  })

  it('a summary condensed again is itself, within a token', () => {
    fc.assert(
      fc.property(conversations, fc.integer({ min: 20, max: 300 }), (messages, maxTokens) => {
        const first = condenser.condense({ messages, maxTokens, format: 'summary' })
        const again = condenser.condense({ messages: [assistant(first.summary)], maxTokens, format: 'summary' })
        expect(Math.abs(again.condensedTokens - first.condensedTokens)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 60 },
    )
  })

  it('a shorter list fits, keeps its order and its pairs, the system prompt and the last turn', () => {
    fc.assert(
      fc.property(conversations, fc.integer({ min: 60, max: 600 }), (talk, maxTokens) => {
        const messages = [...talk, user('And now?')]
        const { messages: list, condensedTokens } = condenser.condense({ messages, maxTokens, format: 'messages' })
        expect(condensedTokens).toBeLessThanOrEqual(maxTokens)
        expect(callsPair(list ?? [])).toBe(true)
        expect(list?.[0]).toBe(system)
        expect(list?.at(-1)).toBe(messages.at(-1))
        const places = (list ?? []).map((message) => messages.indexOf(message)).filter((place) => place >= 0)
        expect(places).toEqual([...places].sort((left, right) => left - right))
      }),
      { numRuns: 80 },
    )
  })
})

describe('memory and time', () => {
  it('reads only what a conversation grew by', () => {
    const own = createCondenser({ counter })
    const messages = harbourTalk('The fee is 7 EUR.')
    own.condense({ messages, maxTokens: 100 })
    const { misses } = own.figures()
    own.condense({ messages: [...messages.map((message) => ({ ...message })), user('One more thing.')], maxTokens: 100 })
    expect(own.figures().misses).toBe(misses + 1)
  })

  it('counts a text of twice the length in twice the work', () => {
    const workFor = (lines: number): number => {
      let characters = 0
      const watched: TokenCounter = {
        ...counter,
        count(text) {
          characters += typeof text === 'string' ? text.length : 0
          return counter.count(text)
        },
      }
      const content = Array.from({ length: lines }, (_, line) => `Line ${line} says that berth ${line * 7} is free.`).join('\n')
      createCondenser({ counter: watched }).condense({ messages: [user(content), user('Which berth is free?')], maxTokens: lines })
      return characters
    }
    expect(workFor(4_000) / workFor(1_000)).toBeLessThan(5)
  })

  it('stays within its bytes', () => {
    const own = createCondenser({ counter, maxBytes: 50_000 })
    own.condense({ messages: harbourTalk('x'), maxTokens: 100 })
    expect(own.figures().bytes).toBeLessThanOrEqual(50_000)
    expect(own.figures().entries).toBeGreaterThan(0)
  })

  it('gives the event loop back and answers the same in slices', async () => {
    let pauses = 0
    let time = 0
    const deps: SliceDeps = { now: () => time++, yieldNow: async () => void pauses++ }
    const request = { messages: [...harbourTalk('The fee is 7 EUR.'), user('What is the fee?')], maxTokens: 100 }
    const sliced = await createCondenser({ counter }).condenseInSlices(request, deps)
    expect(sliced).toEqual(condenser.condense(request))
    expect(pauses).toBeGreaterThan(5)
  })

  it('stops between two slices when it is aborted', async () => {
    const abort = new AbortController()
    let time = 0
    const deps: SliceDeps = { now: () => time++, yieldNow: async () => abort.abort(new Error('the client left')) }
    const run = createCondenser({ counter }).condenseInSlices({ messages: harbourTalk('x'), maxTokens: 50 }, deps, { signal: abort.signal })
    await expect(run).rejects.toThrow('the client left')
  })
})
