import { expect, it } from 'vitest'
import { fromBedrockUsage } from './usage.ts'

const none = { cachedInputTokens: undefined, cacheWriteTokens: undefined, cacheWriteOneHourTokens: undefined }

it.each([
  ['a plain one', { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, { inputTokens: 3, outputTokens: 4, totalTokens: 7 }],
  ['no input', { outputTokens: 50, totalTokens: 50 }, { inputTokens: 0, outputTokens: 50, totalTokens: 50 }],
  [
    'cached tokens beside the others',
    { inputTokens: 10, outputTokens: 4, totalTokens: 14, cacheReadInputTokens: 5, cacheWriteInputTokens: 7 },
    { inputTokens: 22, outputTokens: 4, totalTokens: 26, cachedInputTokens: 5, cacheWriteTokens: 7 },
  ],
  [
    'older names, and what is kept for an hour',
    {
      inputTokens: 1,
      outputTokens: 1,
      cacheReadInputTokenCount: 0,
      cacheWriteInputTokenCount: 9,
      cacheDetails: [
        { ttl: '1h', inputTokens: 6 },
        { ttl: '5m', inputTokens: 3 },
      ],
    },
    { inputTokens: 10, outputTokens: 1, totalTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 9, cacheWriteOneHourTokens: 6 },
  ],
] as const)('counts %s', (_name, usage, counted) => {
  expect(fromBedrockUsage(usage)).toEqual({ ...none, ...counted })
})
