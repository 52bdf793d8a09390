import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { encodeFor } from '../shared/__fixtures__/chat-target.ts'
import { bedrockConverse } from './index.ts'
import { bedrockCapabilities } from './model-traits.ts'

function encode(model: string): ReturnType<typeof encodeFor> {
  return encodeFor(bedrockConverse, model, { ...bedrockCapabilities(model), jsonSchema: 'native' })
}

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

function write(
  model: string,
  request: Partial<ChatRequest>,
): { readonly fields: unknown; readonly inference: unknown; readonly dropped: readonly string[] } {
  const { body, dropped } = encode(model)(request)
  return { fields: body['additionalModelRequestFields'], inference: body['inferenceConfig'], dropped }
}

describe('reasoning, in the words of each family', () => {
  it.each([
    [claude, { effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 1_024 } }],
    [claude, { budgetTokens: 5_000 }, { thinking: { type: 'enabled', budget_tokens: 5_000 } }],
    [claude, { budgetTokens: 10 }, { thinking: { type: 'enabled', budget_tokens: 1_024 } }],
    [claude, { mode: 'enabled' }, { thinking: { type: 'enabled', budget_tokens: 4_096 } }],
    [claude, { mode: 'adaptive' }, { thinking: { type: 'enabled', budget_tokens: 4_096 } }],
    [claude, { mode: 'disabled' }, { thinking: { type: 'disabled' } }],
    ['us.anthropic.claude-opus-4-7', { effort: 'high' }, { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
    [claude, { effort: 'none' }, undefined],
    ['us.amazon.nova-2-lite-v1:0', { effort: 'minimal' }, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }],
    ['us.amazon.nova-2-lite-v1:0', { budgetTokens: 5_000 }, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } }],
    ['openai.gpt-oss-120b-1:0', { effort: 'xhigh' }, { reasoning_effort: 'high' }],
    ['openai.gpt-oss-120b-1:0', { effort: 'none' }, { reasoning_effort: 'low' }],
    ['qwen.qwen3-32b-v1:0', { effort: 'medium' }, { reasoning_config: 'high' }],
    ['qwen.qwen3-32b-v1:0', { effort: 'low' }, { reasoning_config: 'low' }],
  ] as const)('tells %s to think: %j', (model, reasoning, fields) => {
    expect(write(model, { reasoning })).toEqual({ fields, inference: undefined, dropped: [] })
  })

  it.each(['amazon.nova-lite-v1:0', 'meta.llama3-8b-instruct-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0'])(
    'drops the wish for %s',
    (model) => {
      expect(write(model, { reasoning: { effort: 'high' } })).toMatchObject({ fields: undefined, dropped: ['reasoning_effort'] })
      expect(write(model, { reasoning: { effort: 'none' } }).dropped).toEqual([])
    },
  )

  it('leaves Claude room to answer, and its own sampling', () => {
    const request: Partial<ChatRequest> = { reasoning: { effort: 'medium' }, maxTokens: 100, temperature: 0.5, topP: 0.9, topK: 5 }
    expect(write(claude, request)).toEqual({
      fields: { thinking: { type: 'enabled', budget_tokens: 4_096 } },
      inference: { maxTokens: 4_196 },
      dropped: ['temperature', 'top_p', 'top_k'],
    })
    expect(write(claude, { ...request, maxTokens: 9_000, temperature: 1, topP: undefined, topK: undefined })).toMatchObject({
      inference: { maxTokens: 9_000, temperature: 1 },
      dropped: [],
    })
  })

  it('lets Nova set everything at its highest effort', () => {
    expect(write('us.amazon.nova-2-lite-v1:0', { reasoning: { effort: 'high' }, maxTokens: 9, temperature: 0 })).toMatchObject({
      inference: undefined,
      dropped: ['temperature', 'max_tokens'],
    })
  })

  it('does not let Claude think when a tool is forced', () => {
    const tools: ChatRequest['tools'] = [{ type: 'function', name: 'f' }]
    expect(write(claude, { reasoning: { effort: 'low' }, tools, toolChoice: 'required' })).toMatchObject({
      fields: undefined,
      dropped: ['reasoning_effort'],
    })
  })

  it('goes on in a tool loop only with its own thoughts', () => {
    const calls = [{ id: 'c', name: 'f', argumentsText: '{}' }]
    const loop = (reasoning: Extract<Message, { role: 'assistant' }>['reasoning']): Partial<ChatRequest> => ({
      reasoning: { effort: 'low' },
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', toolCalls: calls, reasoning },
        { role: 'tool', toolCallId: 'c', content: 'r' },
      ],
    })
    expect(write(claude, loop(undefined)).dropped).toEqual(['reasoning_effort'])
    expect(write(claude, loop([{ origin: 'gemini', text: 't', signature: 'S' }])).dropped).toEqual(['reasoning_effort'])
    expect(write(claude, loop([{ origin: 'bedrock-converse', text: 't', signature: 'S' }])).dropped).toEqual([])
  })
})
