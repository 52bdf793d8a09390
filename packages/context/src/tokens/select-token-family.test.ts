import { describe, expect, it } from 'vitest'
import { selectTokenFamily } from './select-token-family.ts'

describe('the family of a model', () => {
  it.each([
    ['gpt-4', 'openai-cl100k'],
    ['gpt-4-0613', 'openai-cl100k'],
    ['azure/gpt-35-turbo', 'openai-cl100k'],
    ['gpt-3.5-turbo', 'openai-cl100k'],
    ['text-embedding-3-small', 'openai-cl100k'],
    ['openai/gpt-4o-mini', 'openai-o200k'],
    ['gpt-4.1-nano', 'openai-o200k'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc', 'openai-o200k'],
    ['chatgpt-4o-latest', 'openai-o200k'],
    ['o3-mini', 'openai-reasoning'],
    ['openai/gpt-5.2', 'openai-reasoning'],
    ['openai/gpt-oss-120b', 'gpt-oss'],
    ['claude-3-5-haiku-20241022', 'claude-4'],
    ['anthropic/claude-sonnet-4-0', 'claude-4'],
    ['claude-sonnet-4-20250514', 'claude-4'],
    ['anthropic/claude-haiku-4.5', 'claude-4.5'],
    ['us.anthropic.claude-sonnet-4-6', 'claude-4.5'],
    ['claude-opus-4-7', 'claude-5'],
    ['claude-sonnet-5', 'claude-5'],
    ['gemini-2.5-flash', 'gemini'],
    ['mistral/ministral-3b-latest', 'mistral'],
    ['codestral-latest', 'mistral'],
    ['groq/llama-3.3-70b-versatile', 'llama'],
    ['deepseek-r1-distill-llama-70b', 'llama'],
    ['deepseek-chat', 'deepseek'],
    ['ollama/qwen3:4b', 'qwen'],
    ['grok-4', 'grok'],
    ['us.amazon.nova-lite-v1:0', 'nova'],
    ['command-r-plus', 'cohere'],
    ['GPT-4o', 'openai-o200k'],
    ['', 'other'],
    ['demo/echo', 'other'],
    ['sonnet-5-claude', 'claude-4'],
    [`${'x'.repeat(300)}gpt-4o`, 'other'],
  ])('of %s is %s', (model, family) => {
    expect(selectTokenFamily(model).name).toBe(family)
  })
})
