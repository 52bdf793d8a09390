import { describe, expect, it } from 'vitest'
import { claudeCapabilities } from './capabilities.ts'
import { claudeIdOf } from './model-id.ts'

describe('claudeIdOf', () => {
  it.each([
    ['claude-3-haiku-20240307', 'haiku', 300],
    ['claude-3-5-sonnet-20241022', 'sonnet', 305],
    ['claude-3-7-sonnet-latest', 'sonnet', 307],
    ['claude-sonnet-4-20250514', 'sonnet', 400],
    ['claude-opus-4-1-20250805', 'opus', 401],
    ['claude-sonnet-4-5', 'sonnet', 405],
    ['anthropic/claude-sonnet-4.5', 'sonnet', 405],
    ['claude-haiku-4-5@20251001', 'haiku', 405],
    ['us.anthropic.claude-opus-4-6-v1:0', 'opus', 406],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-5', 'sonnet', 500],
    ['claude-fable-5-1', 'fable', 501],
    ['claude-mythos-preview', 'mythos', 407],
    ['claude-2.1', '', 201],
    ['anthropic.claude-instant-v1', '', 100],
  ])('reads %s', (model, family, version) => {
    expect(claudeIdOf(model)).toEqual({ family, version })
  })

  it.each(['gpt-4o', 'kimi-k2', 'claude', 'claude-latest', ''])('reads nothing out of %s', (model) => {
    expect(claudeIdOf(model)).toBeUndefined()
  })
})

describe('claudeCapabilities', () => {
  it.each([
    ['claude-3-5-haiku', 'never', undefined, undefined],
    ['claude-3-7-sonnet', 'optional', undefined, 'switch'],
    ['claude-sonnet-4-5', 'optional', undefined, 'switch'],
    ['claude-sonnet-4-6', 'optional', true, 'switch'],
    ['claude-opus-4-7', 'optional', true, 'switch'],
    ['claude-opus-5', 'optional', true, 'switch'],
    ['claude-opus-5-5', 'always', true, undefined],
    ['claude-sonnet-5-5', 'optional', true, 'between-tools'],
    ['claude-haiku-5-5', 'optional', true, 'switch'],
    ['claude-fable-5', 'always', true, undefined],
    ['claude-mythos-preview', 'always', true, undefined],
  ])('knows how %s thinks', (model, mode, adaptive, off) => {
    const { reasoning } = claudeCapabilities(model)
    expect([reasoning?.mode, reasoning?.adaptive === true || undefined, reasoning?.off]).toEqual([mode, adaptive, off])
  })

  it.each([
    ['claude-opus-4', 'all', 'forced-tool', 'native'],
    ['claude-opus-4-1', 'one', 'native', 'native'],
    ['claude-sonnet-4', 'all', 'forced-tool', 'native'],
    ['claude-haiku-4-5', 'one', 'native', 'native'],
    ['claude-sonnet-4-6', 'one', 'native', 'refused'],
    ['claude-opus-4-7', 'none', 'native', 'refused'],
    ['claude-fable-5', 'none', 'native', 'refused'],
    ['kimi-k2', undefined, 'forced-tool', 'native'],
  ])('knows which parameters %s takes', (model, sampling, jsonSchema, prefill) => {
    expect(claudeCapabilities(model)).toMatchObject({ jsonSchema, prefill })
    expect(claudeCapabilities(model).sampling).toBe(sampling)
  })
})
