import { expect, it } from 'vitest'
import { fromCohereUsage } from './usage.ts'

it.each([
  [
    'counts what was read, and keeps what is charged beside it',
    {
      billed_units: { input_tokens: 8, output_tokens: 578 },
      tokens: { input_tokens: 1394, output_tokens: 582 },
      cached_tokens: 1344,
    },
    [1394, 582, 1344, undefined, 8, 578],
  ],
  [
    'counts what is charged where nothing else is told',
    { billed_units: { input_tokens: 8, output_tokens: 5 } },
    [8, 5, undefined, undefined, 8, 5],
  ],
  [
    'keeps reasoning tokens apart',
    { tokens: { input_tokens: 1, output_tokens: 9, reasoning_tokens: 7 } },
    [1, 9, undefined, 7, undefined, undefined],
  ],
] as const)(
  '%s',
  (_title, usage, [inputTokens, outputTokens, cachedInputTokens, reasoningTokens, billedInputTokens, billedOutputTokens]) => {
    expect(fromCohereUsage(usage)).toEqual({
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
      cachedInputTokens,
      reasoningTokens,
      billedInputTokens,
      billedOutputTokens,
    })
  },
)

it.each([[undefined], [{}]])('tells nothing of %s', (usage) => {
  expect(fromCohereUsage(usage)).toBeUndefined()
})
