import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { fromOpenAiUsage, isOpenAiCount, toOpenAiUsage } from './usage.ts'

const plain = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

describe('fromOpenAiUsage', () => {
  it.each<[string, JsonObject, object]>([
    ['plain figures', plain, { inputTokens: 10, outputTokens: 5, totalTokens: 15 }],
    ['no total', { prompt_tokens: 10, completion_tokens: 5 }, { totalTokens: 15 }],
    [
      'cached tokens',
      { ...plain, prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 } },
      { cachedInputTokens: 4, cacheWriteTokens: 2 },
    ],
    ['cached tokens of DeepSeek', { ...plain, prompt_cache_hit_tokens: 4 }, { cachedInputTokens: 4 }],
    ['reasoning', { ...plain, completion_tokens_details: { reasoning_tokens: 3 } }, { outputTokens: 5, reasoningTokens: 3 }],
    [
      'reasoning that xAI leaves out',
      { ...plain, total_tokens: 18, completion_tokens_details: { reasoning_tokens: 3 } },
      { outputTokens: 8, totalTokens: 18 },
    ],
    [
      'sound',
      { ...plain, prompt_tokens_details: { audio_tokens: 1 }, completion_tokens_details: { audio_tokens: 2 } },
      { audioInputTokens: 1, audioOutputTokens: 2 },
    ],
    ['nothing', {}, { inputTokens: 0, outputTokens: 0, totalTokens: 0 }],
  ])('counts %s', (_name, usage, expected) => {
    expect(fromOpenAiUsage(usage)).toMatchObject(expected)
  })
})

describe('isOpenAiCount', () => {
  it.each([
    [plain, true],
    [{ prompt_tokens: 10, completion_tokens: 5 }, false],
    [{ ...plain, total_tokens: 18, completion_tokens_details: { reasoning_tokens: 3 } }, false],
  ])('judges %j: %s', (usage, expected) => {
    expect(isOpenAiCount(usage, fromOpenAiUsage(usage))).toBe(expected)
  })
})

it('writes what it reads', () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    totalTokens: 15,
    cachedInputTokens: 4,
    cacheWriteTokens: 2,
    reasoningTokens: 3,
    audioInputTokens: 1,
    audioOutputTokens: 1,
  }
  expect(fromOpenAiUsage(toOpenAiUsage(usage))).toEqual(usage)
})
