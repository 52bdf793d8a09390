import { describe, expect, it } from 'vitest'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { bedrockConverse } from './bedrock-converse/index.ts'
import { cohereChat } from './cohere-chat/index.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini/index.ts'
import { ollama } from './ollama/index.ts'
import { openAiChat } from './openai-chat/index.ts'
import { openAiResponses } from './openai-responses/index.ts'
import { countingContext } from './shared/__fixtures__/decode.ts'

/** What of a whole answer holds its words. Where a provider leaves it out, or says null, it has not answered. */
const answers: readonly (readonly [string, Dialect, (held: unknown) => object])[] = [
  ['openai-chat choices', openAiChat, (choices) => ({ id: 'i', object: 'chat.completion', created: 1, model: 'm', choices })],
  ['openai-chat message', openAiChat, (message) => ({ id: 'i', choices: [{ index: 0, message, finish_reason: 'stop' }] })],
  ['openai-responses output', openAiResponses, (output) => ({ id: 'i', object: 'response', status: 'completed', output })],
  [
    'anthropic-messages content',
    anthropicMessages,
    (content) => ({ id: 'i', type: 'message', role: 'assistant', content, stop_reason: 'end_turn' }),
  ],
  ['cohere-chat message', cohereChat, (message) => ({ id: 'i', message, finish_reason: 'COMPLETE' })],
  ['gemini candidates', gemini, (candidates) => ({ candidates })],
  ['bedrock-converse output', bedrockConverse, (output) => ({ output, stopReason: 'end_turn' })],
  ['bedrock-converse message', bedrockConverse, (message) => ({ output: { message }, stopReason: 'end_turn' })],
  ['ollama message', ollama, (message) => ({ model: 'm', message, done: true, done_reason: 'stop' })],
]

describe.each(answers)('an answer of %s', (_name, { upstream }, toBody) => {
  it.each([null, undefined, 'text', 7])('that is %j is none', (held) => {
    expect(() => upstream.fromResponse(toBody(held), countingContext())).toThrow(expect.objectContaining({ failure: 'invalid_response' }))
  })
})

describe('an answer that is no object', () => {
  const dialects = [openAiChat, openAiResponses, anthropicMessages, cohereChat, gemini, bedrockConverse, ollama]
  it.each(dialects.map((dialect) => [dialect.id, dialect] as const))('is none of %s', (_id, { upstream }) => {
    for (const body of [null, [], 'text', 7, true]) {
      expect(() => upstream.fromResponse(body, countingContext())).toThrow(expect.objectContaining({ failure: 'invalid_response' }))
    }
  })
})
