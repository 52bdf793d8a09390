import { describe, expect, it } from 'vitest'
import type { Attempt, UsageEstimate } from '../call/attempt.ts'
import { systemDeps } from '../deps.ts'
import { chat } from '../operations/chat.ts'
import { moderations } from '../operations/moderations.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { meterAttempt } from './meter-attempt.ts'
import { createRoutedRequest } from './routed-request.ts'
import { toTarget } from './target.ts'

const catalog = {
  facts: () => ({ contextLength: 200_000 }),
  countTokens: () => 10,
  estimateNanoUsd: () => undefined,
  priceUsage: () => ({ nanoUsd: 1, source: 'test' }),
}
const target = toTarget(createDemoProvider({ name: 'a', type: 'demo' }, systemDeps), 'm')
const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens })
const plain = createRoutedRequest(chat, { model: 'm', messages: [{ role: 'user', content: 'hello' }] }, () => 10)

function metered(seen: Partial<Attempt>, request = plain): Attempt {
  const attempt: Attempt = { provider: 'a', model: 'm', reason: 'first', startedAtMs: 0, outcome: 'pending', ...seen }
  meterAttempt(attempt, target, { request, catalog })
  return attempt
}

describe('an attempt', () => {
  it.each<[string, Partial<Attempt>, number[] | undefined, UsageEstimate | undefined]>([
    [
      'takes the provider’s word for a whole answer',
      { outcome: 'success', producedCharacters: 400, usage: usage(7, 3) },
      [7, 3],
      undefined,
    ],
    ['estimates what broke off', { outcome: 'connection', producedCharacters: 400, usage: usage(7, 1) }, [7, 100], 'broke_off'],
    [
      'believes who told more before it broke off',
      { outcome: 'connection', producedCharacters: 40, usage: usage(7, 90) },
      [7, 90],
      'broke_off',
    ],
    ['estimates what nobody told', { outcome: 'success', producedCharacters: 40 }, [10, 10], 'not_reported'],
    ['estimates the prompt where an answer says nothing', { outcome: 'success', producedCharacters: 0 }, [10, 0], 'not_reported'],
    ['counts nothing where nothing came', { outcome: 'server' }, undefined, undefined],
    ['counts the prompt of what was sent and never answered', { outcome: 'connection', mayBeBilled: true }, [10, 0], 'not_answered'],
    ['counts it for who was too slow and for who was overtaken', { outcome: 'superseded', mayBeBilled: true }, [10, 0], 'not_answered'],
    ['believes the window', { outcome: 'success', usage: usage(7, 200_000), producedCharacters: 40 }, [7, 200_000], undefined],
    [
      'does not believe more than the window',
      { outcome: 'success', usage: usage(7, 200_001), producedCharacters: 40 },
      [7, 10],
      'implausible',
    ],
    ['does not believe more input than the text holds', { outcome: 'success', usage: usage(90_000, 5) }, [10, 5], 'implausible'],
    ['does not believe nonsense of what broke off either', { outcome: 'timeout', usage: usage(-7, 5) }, [10, 5], 'implausible'],
  ])('%s', (_what, seen, tokens, estimated) => {
    const attempt = metered(seen)
    expect(attempt.usage && [attempt.usage.inputTokens, attempt.usage.outputTokens]).toEqual(tokens)
    expect(attempt.usageEstimated).toBe(estimated)
    expect(attempt.costNanoUsd).toBe(tokens === undefined ? undefined : 1)
  })

  it.each([
    { cachedInputTokens: 1e308 },
    { reasoningTokens: -1 },
    { audioOutputTokens: 0.5 },
    { webSearches: 1e9 },
    { toldNanoUsd: Number.POSITIVE_INFINITY },
  ])('leaves out the part that can’t be true and keeps the rest: %j', (part) => {
    const attempt = metered({ outcome: 'success', usage: { ...usage(100, 50), ...part } })
    const [name = ''] = Object.keys(part)
    expect(attempt).toMatchObject({ usage: usage(100, 50), usageEstimated: 'implausible' })
    expect(attempt.usage?.[name as 'webSearches']).toBeUndefined()
  })

  it('lets a part be no larger than its whole', () => {
    const attempt = metered({ outcome: 'success', usage: { ...usage(100, 50), cachedInputTokens: 400 } })
    expect(attempt.usage).toMatchObject({ inputTokens: 100, cachedInputTokens: 100 })
  })

  it('believes more input where a request brings pictures or tools, which a provider may read many times', () => {
    const tools = [{ type: 'function', name: 'f', parameters: {} }] as const
    const request = createRoutedRequest(chat, { model: 'm', messages: [], tools }, () => 10)
    expect(metered({ outcome: 'success', usage: usage(900_000, 50) }, request).usageEstimated).toBeUndefined()
    expect(metered({ outcome: 'success', usage: usage(9_000_000, 50) }, request).usageEstimated).toBe('implausible')
  })

  it('estimates nothing where nothing is billed by tokens', () => {
    const request = createRoutedRequest(moderations, { input: { type: 'texts', texts: ['a'] } }, () => 10)
    expect(metered({ outcome: 'success' }, request).usage).toBeUndefined()
  })
})
