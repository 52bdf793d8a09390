import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSemanticIndex } from './semantic-index.ts'
import { createSemanticLookup, type SemanticEvent, type SemanticLookupOptions, type SemanticScope } from './semantic-lookup.ts'
import type { SemanticMessage, SemanticRequest } from './split-question.ts'

interface Timer {
  readonly callback: () => void
  readonly ms: number
}

/** An embedding that finds everything alike: what must not match has to be kept apart by something else. */
function setUp(overrides: Partial<SemanticLookupOptions> = {}) {
  const time = { nowMs: 0 }
  const timers = new Set<Timer>()
  const deps = {
    now: () => time.nowMs,
    setTimer: (callback: () => void, ms: number) => {
      const timer = { callback, ms }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const embedded: string[] = []
  const events: SemanticEvent[] = []
  const index = createSemanticIndex({}, deps)
  const lookup = createSemanticLookup(
    {
      embed: async (text) => {
        embedded.push(text)
        return [1, 1]
      },
      index,
      scopeOf: (rest, scope) => JSON.stringify([scope, rest]),
      onEvent: (event) => events.push(event),
      ...overrides,
    },
    deps,
  )
  return { time, timers, embedded, events, index, lookup }
}

type Conversation = SemanticRequest & Readonly<Record<string, unknown>>

const asking = (content: SemanticMessage['content'], more: object = {}): Conversation => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...more,
})
const tenant = { tenant: 't' }

async function answered(request: Conversation, scope: SemanticScope = tenant) {
  const set = setUp()
  const question = await set.lookup.embedQuestion(request, scope)
  if (question !== undefined) set.lookup.remember(question, { key: 'answer', expiresAtMs: 1_000 })
  const find = async (other: Conversation, from: SemanticScope = tenant) => {
    const asked = await set.lookup.embedQuestion(other, from)
    return asked && set.lookup.find(asked)?.key
  }
  return { ...set, find }
}

describe('a semantic lookup', () => {
  it('finds the answer to a question that was asked in other words', async () => {
    const { find } = await answered(asking('What is the capital of France?'))
    expect(await find(asking("What's the capital of France, please?"))).toBe('answer')
    expect(await find(asking([{ type: 'text', text: 'what is the capital of France' }]))).toBe('answer')
  })

  it('finds nothing for a question that only looks alike', async () => {
    const { find } = await answered(asking('What is the capital of France?'))
    expect(await find(asking('What is the capital of Spain?'))).toBeUndefined()
  })

  const picture = (url: string) => ({ type: 'image', source: { type: 'url', url } })
  const described = (url: string) => asking([{ type: 'text', text: 'What is this?' }, picture(url)])

  it.each<[string, Conversation, Conversation]>([
    ['the model', asking('Hi'), asking('Hi', { model: 'other' })],
    ['the sampling', asking('Hi'), asking('Hi', { temperature: 1 })],
    ['the tools', asking('Hi'), asking('Hi', { tools: [{ type: 'function', name: 'f' }] })],
    ['the system prompt', asking('Hi'), { model: 'm', messages: [{ role: 'system', content: 'Rhyme.' }, ...asking('Hi').messages] }],
    [
      'an earlier turn',
      asking('Hi'),
      { model: 'm', messages: [...asking('Hi').messages, { role: 'assistant', content: 'Ha' }, ...asking('Hi').messages] },
    ],
    ['a picture', described('https://a/1.png'), described('https://a/2.png')],
    ['having a picture', asking('What is this?'), described('https://a/1.png')],
  ])('finds nothing when %s differs', async (_, one, other) => {
    const { find } = await answered(one)
    expect([await find(one), await find(other)]).toEqual(['answer', undefined])
  })

  it.each<[string, Conversation]>([
    [
      'an answer of a tool',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'tool', content: '4' },
        ],
      },
    ],
    ['words of the assistant', { messages: [{ role: 'assistant', content: 'Hi' }] }],
    ['a picture alone', asking([picture('https://a/1.png')])],
    ['white space', asking(' \n')],
    ['nothing', { messages: [] }],
    ['more text than a vector can tell of', asking('a'.repeat(2_001))],
  ])('does not embed a request that ends in %s', async (_, request) => {
    const { lookup, embedded } = setUp()
    expect([await lookup.embedQuestion(request, tenant), embedded]).toEqual([undefined, []])
  })

  it('never crosses tenants, namespaces or anything else that must be equal', async () => {
    const scope = fc.record({ tenant: fc.constantFrom('a', 'b', undefined), namespace: fc.constantFrom('x', undefined) })
    const request = fc
      .record({ model: fc.constantFrom('m', 'n'), system: fc.constantFrom('', 'Rhyme.'), temperature: fc.constantFrom(0, 1) })
      .map(({ system, ...rest }) => ({
        ...rest,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: 'Why is the sky blue?' },
        ],
      }))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(request, scope), { maxLength: 8 }), request, scope, async (earlier, asked, from) => {
        const { lookup } = setUp()
        for (const [key, [one, where]] of earlier.entries()) {
          const question = await lookup.embedQuestion(one, where)
          if (question !== undefined) lookup.remember(question, { key: String(key), expiresAtMs: 1 })
        }
        const question = await lookup.embedQuestion(asked, from)
        const found = question && lookup.find(question)
        const equals = earlier.flatMap((one, key) => (JSON.stringify(one) === JSON.stringify([asked, from]) ? [String(key)] : []))
        expect(equals.length === 0 ? found === undefined : equals.includes(found?.key ?? '')).toBe(true)
      }),
    )
  })
})

it('a semantic lookup leaves no listener and no timer behind', async () => {
  const { lookup, timers } = setUp()
  const { signal } = new AbortController()
  await lookup.embedQuestion(asking('Hi'), tenant, signal)
  expect([getEventListeners(signal, 'abort'), timers.size]).toEqual([[], 0])
})

describe('a semantic lookup whose embedding', () => {
  it('fails is a miss, told once, and isCoolingDown before it tries again', async () => {
    const error = new Error('no such model')
    let works = false
    let calls = 0
    const { lookup, events, time } = setUp({
      embed: async () => {
        calls++
        if (!works) throw error
        return [1, 0]
      },
    })
    const ask = () => lookup.embedQuestion(asking('Hi'), tenant)
    expect([await ask(), await ask(), calls]).toEqual([undefined, undefined, 1])
    time.nowMs = 30_000
    expect([await ask(), calls, events]).toEqual([undefined, 2, [{ type: 'embedding-failed', error }]])
    time.nowMs = 60_000
    works = true
    expect(await ask()).toMatchObject({ text: 'Hi' })
    expect(events.at(-1)).toEqual({ type: 'embedding-recovered' })
  })

  it.each([[[]], [[0, 0]], [[1, 2, 3]]])('answers the vector %j is a miss', async (vector) => {
    const { lookup, index, events } = setUp({ embed: async () => vector })
    index.add('s', { key: 'x', vector: [1, 0], expiresAtMs: 1 })
    expect(await lookup.embedQuestion(asking('Hi'), tenant)).toBeUndefined()
    expect(events).toMatchObject([{ type: 'embedding-failed', error: { code: 'invalid_request' } }])
  })

  it('takes too long is a miss, and is told to stop', async () => {
    let heard: AbortSignal | undefined
    const { lookup, timers, events } = setUp({
      embed: (_, signal) => {
        heard = signal
        return new Promise(() => undefined)
      },
    })
    const asked = lookup.embedQuestion(asking('Hi'), tenant)
    const [timer] = timers
    expect(timer?.ms).toBe(2_000)
    timer?.callback()
    expect(await asked).toBeUndefined()
    expect([heard?.aborted, timers.size]).toEqual([true, 0])
    expect(events).toMatchObject([{ type: 'embedding-failed', error: { message: 'no embedding within 2000 ms' } }])
  })

  it('is not blamed when the caller leaves, and hears of it', async () => {
    const leaving = new AbortController()
    let heard: AbortSignal | undefined
    const { lookup, timers, events } = setUp({
      embed: (_, signal) => {
        heard = signal
        return new Promise(() => undefined)
      },
    })
    const reason = new Error('gone')
    const asked = lookup.embedQuestion(asking('Hi'), tenant, leaving.signal)
    leaving.abort(reason)
    await expect(asked).rejects.toBe(reason)
    expect([heard?.reason, timers.size, events]).toEqual([reason, 0, []])
    await expect(lookup.embedQuestion(asking('Hi'), tenant, leaving.signal)).rejects.toBe(reason)
  })
})
