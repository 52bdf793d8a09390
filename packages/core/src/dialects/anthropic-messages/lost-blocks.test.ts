import { describe, expect, it } from 'vitest'
import { everything } from '../../providers/capability-rows.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toOpenAiRequest } from '../openai-chat/request-encode.ts'
import { lostBlocks } from './lost-blocks.ts'
import { toAnthropicRequest } from './request.ts'
import { fromAnthropicRequest } from './request-decode.ts'

const target = { model: 'm', capabilities: everything, stream: false }
const bodyWith = (user: readonly JsonObject[], assistant: readonly JsonObject[] = []): JsonObject => ({
  model: 'm',
  max_tokens: 5,
  messages: [
    { role: 'user', content: user },
    ...(assistant.length === 0 ? [] : [{ role: 'assistant', content: assistant }]),
    { role: 'user', content: 'And now?' },
  ],
})
const text = { type: 'text', text: 'a' }
const namesOf = (body: JsonObject): readonly string[] => lostBlocks(body).map(({ name }) => name)

describe('what a conversation in the Messages form holds and no other vendor takes', () => {
  it.each<[what: string, body: JsonObject, names: readonly string[]]>([
    ['nothing', bodyWith([text, { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }]), []],
    ['a file of a container', bodyWith([text, { type: 'container_upload', file_id: 'f' }]), ['container_upload']],
    [
      'a search of the server, and what it found',
      bodyWith(
        [text],
        [
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
          text,
        ],
      ),
      ['server_tool_use', 'web_search_tool_result'],
    ],
    ['a text with citations', bodyWith([text], [{ ...text, citations: [{ type: 'char_location' }] }]), ['citations']],
    [
      'a text without any',
      bodyWith(
        [text],
        [
          { ...text, citations: null },
          { ...text, citations: [] },
        ],
      ),
      [],
    ],
    [
      'a document that is to be cited, with a context and a title',
      bodyWith([
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'd' },
          citations: { enabled: true },
          context: 'c',
          title: 't',
        },
      ]),
      ['citations', 'context', 'title'],
    ],
    [
      'a file, whose title is its name',
      bodyWith([
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'aa' },
          citations: { enabled: false },
          title: 't',
        },
      ]),
      [],
    ],
    [
      'a document in the result of a tool',
      bodyWith([
        {
          type: 'tool_result',
          tool_use_id: 'c',
          content: [
            { type: 'document', source: { type: 'text', data: 'd' }, context: 'c' },
            { type: 'tool_reference', tool_name: 'x' },
          ],
        },
      ]),
      ['context'],
    ],
    ['a kind of tomorrow twice', bodyWith([{ type: 'hologram' }, { type: 'hologram' }]), ['hologram']],
    ['a kind without a name', bodyWith([{ type: 5 }]), ['content']],
    [
      'an image in an answer',
      bodyWith([text], [text, { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }]),
      ['image'],
    ],
  ])('%s', (_what, body, names) => {
    expect(namesOf(body)).toEqual(names)
  })

  it('is named as dropped where the request is translated, and where a filter has changed it', () => {
    const body = bodyWith([text, { type: 'container_upload', file_id: 'f' }])
    const request = fromAnthropicRequest(body)
    expect(toOpenAiRequest(request, target).dropped).toEqual(['container_upload'])
    expect(toAnthropicRequest({ ...request }, target).dropped).toEqual(['container_upload'])
  })

  it('goes with the body to a provider of the dialect', () => {
    const body = bodyWith([text, { type: 'container_upload', file_id: 'f' }])
    expect(toAnthropicRequest(fromAnthropicRequest(body), target)).toEqual({ body: { ...body, model: 'm' }, dropped: [] })
  })

  it('has so many names and no more, however many a client makes up', () => {
    const names = namesOf(bodyWith(Array.from({ length: 1000 }, (_, index) => ({ type: `kind-${index}-${'x'.repeat(500)}` }))))
    expect(names).toHaveLength(50)
    expect(Math.max(...names.map(({ length }) => length))).toBe(64)
  })
})
