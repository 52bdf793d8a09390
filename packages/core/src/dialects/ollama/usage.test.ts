import { expect, it } from 'vitest'
import { fromOllamaUsage } from './usage.ts'

it.each([
  [
    { prompt_eval_count: 17, eval_count: 50 },
    { inputTokens: 17, outputTokens: 50, totalTokens: 67 },
  ],
  [{ eval_count: 50 }, { inputTokens: 0, outputTokens: 50, totalTokens: 50 }],
  [{ prompt_eval_count: 17 }, { inputTokens: 17, outputTokens: 0, totalTokens: 17 }],
  [{}, undefined],
])('counts %j', (body, usage) => {
  expect(fromOllamaUsage(body)).toEqual(usage)
})
