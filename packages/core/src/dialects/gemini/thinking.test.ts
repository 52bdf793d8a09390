import { describe, expect, it } from 'vitest'
import { geminiCapabilities } from './model-traits.ts'
import { toGeminiThinking } from './thinking.ts'

const shown = { includeThoughts: true }

describe('toGeminiThinking', () => {
  it.each([
    ['gemini-2.5-flash', { effort: 'low' }, { thinkingBudget: 1_024, ...shown }],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 8_192, ...shown }],
    ['gemini-2.5-flash', { effort: 'xhigh' }, { thinkingBudget: 24_576, ...shown }],
    ['gemini-2.5-pro', { effort: 'xhigh' }, { thinkingBudget: 32_768, ...shown }],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-flash', { mode: 'disabled' }, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }],
    ['gemini-2.5-flash-lite', { budgetTokens: 100 }, { thinkingBudget: 512, ...shown }],
    ['gemini-2.5-pro', { budgetTokens: 99_999 }, { thinkingBudget: 32_768, ...shown }],
    ['gemini-2.5-flash', { mode: 'adaptive' }, { thinkingBudget: -1, ...shown }],
    ['gemini-2.5-flash', { mode: 'enabled', summary: 'none' }, { thinkingBudget: -1 }],
    ['gemini-flash-latest', { effort: 'high' }, { thinkingBudget: 24_576, ...shown }],
    ['gemini-3-pro-preview', { effort: 'minimal' }, { thinkingLevel: 'low', ...shown }],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'high', ...shown }],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'medium', ...shown }],
    ['gemini-3-flash-preview', { effort: 'minimal' }, { thinkingLevel: 'minimal', ...shown }],
    ['gemini-3-flash-preview', { effort: 'none' }, { thinkingLevel: 'minimal' }],
    ['gemini-3.1-flash-lite-preview', { effort: 'minimal' }, { thinkingLevel: 'minimal', ...shown }],
    ['gemini-3.7-flash', { effort: 'minimal' }, { thinkingLevel: 'low', ...shown }],
    ['gemini-3.7-flash', { effort: 'xhigh' }, { thinkingLevel: 'high', ...shown }],
    ['gemini-3-flash-preview', { budgetTokens: 2_000 }, { thinkingBudget: 2_000, ...shown }],
    ['gemini-3-pro-preview', { mode: 'enabled' }, shown],
    ['gemini-2.0-flash-thinking-exp', { effort: 'low' }, { thinkingBudget: 1_024, ...shown }],
  ] as const)('tells %s to think: %j', (model, reasoning, thinkingConfig) => {
    expect(toGeminiThinking(reasoning, geminiCapabilities(model).reasoning)).toMatchObject({ fields: { thinkingConfig }, dropped: [] })
  })

  it.each(['gemini-2.0-flash', 'gemini-1.5-pro', 'gemma-3-27b-it'])('drops the wish for %s, which does not think', (model) => {
    const { reasoning } = geminiCapabilities(model)
    expect(toGeminiThinking({ effort: 'high' }, reasoning)).toEqual({ fields: {}, dropped: ['reasoning_effort'], changed: [] })
    expect(toGeminiThinking({ effort: 'none' }, reasoning)).toEqual({ fields: {}, dropped: [], changed: [] })
  })

  it.each([
    ['gemini-2.5-flash', { effort: 'low' }, true],
    ['gemini-2.5-flash', { budgetTokens: 5_000 }, false],
    ['gemini-2.5-flash', { budgetTokens: 99_999 }, true],
    ['gemini-2.5-flash', { mode: 'disabled', effort: 'high' }, false],
    ['gemini-2.5-pro', { mode: 'disabled' }, true],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, false],
    ['gemini-3-pro-preview', { effort: 'medium' }, true],
    ['gemini-3-flash-preview', { effort: 'none' }, true],
    ['gemini-3-flash-preview', { mode: 'enabled' }, false],
  ] as const)('says for %s whether %j was changed', (model, reasoning, isChanged) => {
    expect(toGeminiThinking(reasoning, geminiCapabilities(model).reasoning).changed).toEqual(isChanged ? ['reasoning_effort'] : [])
  })
})
