import { expect, it } from 'vitest'
import { fromGeminiUsage } from './usage.ts'

it.each([
  [
    'a plain one',
    { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
    { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
  ],
  [
    'thoughts beside candidates',
    { promptTokenCount: 9, candidatesTokenCount: 1, thoughtsTokenCount: 45, totalTokenCount: 55 },
    { inputTokens: 9, outputTokens: 46, totalTokens: 55, reasoningTokens: 45 },
  ],
  [
    'thoughts alone',
    { promptTokenCount: 15, thoughtsTokenCount: 60 },
    { inputTokens: 15, outputTokens: 60, totalTokens: 75, reasoningTokens: 60 },
  ],
  [
    'what tools read',
    { promptTokenCount: 32, toolUsePromptTokenCount: 2395, candidatesTokenCount: 41, thoughtsTokenCount: 47, totalTokenCount: 2515 },
    { inputTokens: 2427, outputTokens: 88, totalTokens: 2515, reasoningTokens: 47 },
  ],
  [
    'cached and spoken tokens',
    {
      promptTokenCount: 20,
      cachedContentTokenCount: 12,
      totalTokenCount: 20,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 5 },
        { modality: 'AUDIO', tokenCount: 15 },
      ],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }],
    },
    { inputTokens: 20, outputTokens: 0, totalTokens: 20, cachedInputTokens: 12, audioInputTokens: 15, audioOutputTokens: 2 },
  ],
] as const)('counts %s', (_name, usage, counted) => {
  expect(fromGeminiUsage(usage)).toEqual({
    cachedInputTokens: undefined,
    reasoningTokens: undefined,
    audioInputTokens: undefined,
    audioOutputTokens: undefined,
    ...counted,
  })
})

it('counts nothing where nothing was counted yet', () => {
  expect(fromGeminiUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined()
})
