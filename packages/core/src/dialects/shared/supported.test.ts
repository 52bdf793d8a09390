import { describe, expect, it } from 'vitest'
import type { Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import type { Capabilities } from '../capabilities.ts'
import { supportedRequest } from './supported.ts'

const everything: Capabilities = {
  tools: true,
  parallelTools: true,
  vision: true,
  imageUrls: true,
  audio: true,
  files: true,
  jsonSchema: 'native',
  jsonObject: true,
}
const request: ChatRequest = {
  model: 'm',
  messages: [],
  seed: 1,
  reasoning: { effort: 'low' },
  responseFormat: { type: 'json_schema', name: 'n', schema: {} },
}

const search: Tool = { type: 'vendor', dialect: 'anthropic-messages', definition: { type: 'web_search_20250305', name: 'web_search' } }
const lookup: Tool = { type: 'function', name: 'lookup' }

describe('supportedRequest', () => {
  it('gives back the very request when nothing is refused', () => {
    const given = withSource(request, { dialect: 'openai-chat', body: {} })
    expect(supportedRequest(given, everything, 'openai-chat')).toEqual({ request: given, dropped: [], changed: [] })
    expect(supportedRequest(given, everything, 'openai-chat').request).toBe(given)
  })

  it('leaves refused parameters out and names them in the spelling of OpenAI', () => {
    const { request: cut, dropped } = supportedRequest(
      request,
      {
        ...everything,
        unsupported: ['seed', 'reasoning', 'user'],
      },
      'openai-chat',
    )
    expect(cut).toMatchObject({ model: 'm', seed: undefined, reasoning: undefined })
    expect(dropped).toEqual(['seed', 'reasoning_effort'])
  })

  it.each([
    ['a schema by tool', { type: 'json_schema', name: 'n', schema: {} }, { jsonSchema: 'forced-tool' }, ['response_format']],
    ['no schema', { type: 'json_schema', name: 'n', schema: {} }, { jsonSchema: 'none' }, ['response_format']],
    ['no JSON mode', { type: 'json_object' }, { jsonObject: false }, ['response_format']],
    ['text, which everybody writes', { type: 'text' }, { jsonObject: false, jsonSchema: 'none' }, []],
  ] as const)('judges the response format of a provider with %s', (_name, responseFormat, capabilities, dropped) => {
    expect(supportedRequest({ ...request, responseFormat }, { ...everything, ...capabilities }, 'openai-chat').dropped).toEqual(dropped)
  })

  it.each([
    ['no tools at all', { toolChoice: 'auto' }, ['tool_choice']],
    ['an empty list', { tools: [], toolChoice: 'required', parallelToolCalls: false }, ['tool_choice', 'parallel_tool_calls']],
    [
      'only tools of another vendor',
      { tools: [search], toolChoice: { name: 'web_search' }, parallelToolCalls: true },
      ['tool_choice', 'parallel_tool_calls'],
    ],
    [
      'a lost tool among others',
      { tools: [search, lookup], toolChoice: { name: 'web_search' }, parallelToolCalls: false },
      ['tool_choice'],
    ],
    ['its tool', { tools: [search, lookup], toolChoice: { name: 'lookup' }, parallelToolCalls: false }, []],
  ] as const)('lets the choice of tools follow %s', (_name, given, dropped) => {
    const supported = supportedRequest({ model: 'm', messages: [], ...given }, everything, 'openai-chat')
    expect(supported).toMatchObject({ dropped, changed: [] })
    for (const [field, word] of [
      ['toolChoice', 'tool_choice'],
      ['parallelToolCalls', 'parallel_tool_calls'],
    ] as const)
      if (supported.dropped.includes(word)) expect(supported.request[field]).toBeUndefined()
  })

  it.each([
    ['temperature', { temperature: 1.5 }, { temperature: 1 }, { temperature: 1 }],
    ['max_tokens', { maxTokens: 32_000 }, { maxTokens: 16_384 }, { maxTokens: 16_384 }],
    ['stop', { stop: ['a', 'b', 'c'] }, { stop: 2 }, { stop: ['a', 'b'] }],
    ['top_logprobs', { topLogprobs: 20 }, { topLogprobs: 5 }, { topLogprobs: 5 }],
  ] as const)('lowers %s to what the model takes, and says so', (name, given, limits, sent) => {
    const capabilities: Capabilities = { ...everything, limits }
    const fitted = supportedRequest({ model: 'm', messages: [], ...given }, capabilities, 'openai-chat')
    expect(fitted).toEqual({ request: { model: 'm', messages: [], ...sent }, dropped: [], changed: [name] })
    expect(supportedRequest(fitted.request, capabilities, 'openai-chat')).toEqual({ request: fitted.request, dropped: [], changed: [] })
  })

  it.each([
    ['ann@example.com', true],
    ['user ann@example.com (Ann)', true],
    ['+49 30 1234-5678', true],
    ['user_1f3a', false],
    ['42', false],
  ])('gives the user %s a pseudonym where names are refused: %s', (user, isHidden) => {
    const fitted = supportedRequest({ model: 'm', messages: [], user }, { ...everything, opaqueUser: true }, 'openai-chat')
    expect(fitted.changed).toEqual(isHidden ? ['user'] : [])
    expect(fitted.request.user).toEqual(isHidden ? expect.stringMatching(/^[0-9a-f]{64}$/) : user)
  })

  it('keeps users and cache keys apart that are too long', () => {
    const fit = (end: string): ChatRequest =>
      supportedRequest(
        { model: 'm', messages: [], user: 'u'.repeat(120) + end, promptCacheKey: 'k'.repeat(120) + end },
        { ...everything, limits: { user: 64, promptCacheKey: 64 } },
        'openai-chat',
      ).request
    expect(fit('a')).toEqual(fit('a'))
    expect(fit('a').user).toHaveLength(64)
    expect(fit('a').user).not.toBe(fit('b').user)
    expect(fit('a').promptCacheKey).not.toBe(fit('b').promptCacheKey)
  })

  it.each([
    [{ sampling: 'one' }, { temperature: 0.2, topP: 0.9 }, ['top_p']],
    [{ sampling: 'one' }, { topP: 0.9, topK: 5 }, []],
    [{ sampling: 'none' }, { temperature: 0.2, topP: 0.9, topK: 5 }, ['temperature', 'top_p', 'top_k']],
    [{ reasoning: { mode: 'optional', fixedSampling: true } }, { temperature: 0.2 }, []],
    [{ reasoning: { mode: 'optional', fixedSampling: true } }, { temperature: 0.2, reasoning: { effort: 'low' } }, ['temperature']],
    [{ reasoning: { mode: 'optional', fixedSampling: true } }, { temperature: 0.2, reasoning: { effort: 'none' } }, []],
  ] as const)('holds the sampling of a model with %j', (traits, given, dropped) => {
    expect(supportedRequest({ model: 'm', messages: [], ...given }, { ...everything, ...traits }, 'openai-chat').dropped).toEqual(dropped)
  })
})
