import { expect, it } from 'vitest'
import type { Attempt } from '../call/attempt.ts'
import { systemDeps } from '../deps.ts'
import { chat } from '../operations/chat.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { meterAttempt } from './meter-attempt.ts'
import { createRoutedRequest } from './routed-request.ts'
import { toTarget } from './target.ts'

const catalog = { facts: () => ({}), countTokens: () => 10, estimateNanoUsd: () => undefined, costNanoUsd: () => 1 }
const target = toTarget(createDemoProvider({ name: 'a', type: 'demo' }, systemDeps), 'm')
const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens })

it.each<[string, Partial<Attempt>, number[] | undefined, boolean | undefined]>([
  ['takes the provider’s word for a whole answer', { outcome: 'success', producedCharacters: 400, usage: usage(7, 3) }, [7, 3], undefined],
  ['estimates what broke off', { outcome: 'connection', producedCharacters: 400, usage: usage(7, 1) }, [7, 100], true],
  ['believes who told more before it broke off', { outcome: 'connection', producedCharacters: 40, usage: usage(7, 90) }, [7, 90], true],
  ['estimates what nobody told', { outcome: 'success', producedCharacters: 40 }, [10, 10], true],
  ['counts nothing where nothing came', { outcome: 'server' }, undefined, undefined],
])('%s', (_what, seen, tokens, estimated) => {
  const attempt: Attempt = { provider: 'a', model: 'm', reason: 'first', startedAtMs: 0, outcome: 'pending', ...seen }
  meterAttempt(attempt, target, { request: createRoutedRequest(chat, { model: 'm', messages: [] }, () => 10), catalog })
  expect(attempt.usage && [attempt.usage.inputTokens, attempt.usage.outputTokens]).toEqual(tokens)
  expect(attempt.usageEstimated).toBe(estimated)
})
