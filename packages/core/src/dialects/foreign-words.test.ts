import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../errors/classify-failure.ts'
import { fromStopReason, toStopReason } from './anthropic-messages/finish-reason.ts'
import { fromBedrockStopReason } from './bedrock-converse/finish-reason.ts'
import { fromCohereFinishReason } from './cohere-chat/finish-reason.ts'
import { fromGeminiFinishReason } from './gemini/finish-reason.ts'

/** Words that every object answers to. */
const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']

describe.each(inherited)('the word %s from a provider', (word) => {
  it.each([
    ['anthropic-messages', fromStopReason(word, undefined)],
    ['cohere-chat', fromCohereFinishReason(word, false)],
    ['gemini', fromGeminiFinishReason(word, false)],
    ['bedrock-converse', fromBedrockStopReason(word, false)],
  ])('is an unknown finish reason of %s', (_dialect, finish) => {
    expect(finish.reason).toBe('stop')
    expect(toStopReason(finish)).toBe('end_turn')
  })

  it.each([['code'], ['type']])('is an unknown %s of an error', (field) => {
    expect(classifyFailure(400, { message: 'no', [field]: word })).toBe('invalid_request')
  })
})
