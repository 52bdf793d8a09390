import { describe, expect, it } from 'vitest'
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

describe('supportedRequest', () => {
  it('gives back the very request when nothing is refused', () => {
    const given = withSource(request, { dialect: 'openai-chat', body: {} })
    expect(supportedRequest(given, everything)).toEqual({ request: given, dropped: [] })
    expect(supportedRequest(given, everything).request).toBe(given)
  })

  it('leaves refused parameters out and names them in the spelling of OpenAI', () => {
    const { request: cut, dropped } = supportedRequest(request, {
      ...everything,
      unsupported: ['seed', 'reasoning', 'user'],
    })
    expect(cut).toMatchObject({ model: 'm', seed: undefined, reasoning: undefined })
    expect(dropped).toEqual(['seed', 'reasoning_effort'])
  })

  it.each([
    ['a schema by tool', { type: 'json_schema', name: 'n', schema: {} }, { jsonSchema: 'forced-tool' }, ['response_format']],
    ['no schema', { type: 'json_schema', name: 'n', schema: {} }, { jsonSchema: 'none' }, ['response_format']],
    ['no JSON mode', { type: 'json_object' }, { jsonObject: false }, ['response_format']],
    ['text, which everybody writes', { type: 'text' }, { jsonObject: false, jsonSchema: 'none' }, []],
  ] as const)('judges the response format of a provider with %s', (_name, responseFormat, capabilities, dropped) => {
    expect(supportedRequest({ ...request, responseFormat }, { ...everything, ...capabilities }).dropped).toEqual(dropped)
  })
})
