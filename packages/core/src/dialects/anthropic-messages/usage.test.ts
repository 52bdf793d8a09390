import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromAnthropicResponse } from './response.ts'
import { fromAnthropicUsage, toAnthropicUsage } from './usage.ts'

it.each([
  [
    { input_tokens: 10, output_tokens: 5 },
    { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedInputTokens: 0, cacheWriteTokens: 0 },
  ],
  [
    { input_tokens: 10, cache_read_input_tokens: 7, cache_creation_input_tokens: 3, output_tokens: 5 },
    { inputTokens: 20, cachedInputTokens: 7, cacheWriteTokens: 3, totalTokens: 25 },
  ],
  [
    { cache_creation_input_tokens: 3, cache_creation: { ephemeral_1h_input_tokens: 2 } },
    { cacheWriteTokens: 3, cacheWriteOneHourTokens: 2 },
  ],
  [{}, { inputTokens: 0, outputTokens: 0, totalTokens: 0 }],
])('counts %j with its cached tokens', (usage, expected) => {
  expect(fromAnthropicUsage(usage)).toMatchObject(expected)
})

it('reads the recorded cache', () => {
  const body = fixtures(import.meta.url).json('cached.response.json')
  expect(fromAnthropicResponse(body, { model: '', newId: () => '' }).usage).toMatchObject({ inputTokens: 7_361, cachedInputTokens: 7_351 })
})

it('never counts less than nothing', () => {
  expect(toAnthropicUsage({ inputTokens: 3, outputTokens: 1, totalTokens: 4, cachedInputTokens: 9 })).toMatchObject({ input_tokens: 0 })
})
