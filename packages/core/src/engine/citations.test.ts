import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, parseJson } from '../wire/json.ts'
import { surfaceNames, translated } from './__fixtures__/translated.ts'

/*
 * What an answer rests on, for clients of each surface and out of each dialect, whole and as a stream. The text of all is
 * "Grüße aus Köln.", in which the passage from 10 to 14 is cited.
 */
const url = 'https://example.org/'
const text = 'Grüße aus Köln.'
const range = { start_index: 10, end_index: 14 }
const neutral = { type: 'url_citation', url_citation: { url, title: 'E', ...range } }

const answers: Readonly<Record<string, JsonObject>> = {
  'openai/gpt-4o-search-preview': {
    ...{ id: 'x', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content: text, annotations: [neutral] }, finish_reason: 'stop' }],
  },
  'openai/gpt-5-codex': {
    ...{ id: 'x', object: 'response', created_at: 1, model: 'm', status: 'completed' },
    output: [
      {
        ...{ id: 'o', type: 'message', role: 'assistant', status: 'completed' },
        content: [{ type: 'output_text', text, annotations: [{ type: 'url_citation', url, title: 'E', ...range }] }],
      },
    ],
  },
  'anthropic/claude-sonnet-4-5': {
    ...{ id: 'x', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } },
    content: [
      { type: 'text', text: 'Grüße aus ' },
      {
        ...{ type: 'text', text: 'Köln' },
        citations: [{ type: 'web_search_result_location', url, title: 'E', cited_text: 'Köln is', encrypted_index: 'X' }],
      },
      { type: 'text', text: '.', citations: null },
    ],
  },
  'gemini/gemini-2.5-flash': {
    candidates: [
      {
        content: { role: 'model', parts: [{ text }] },
        finishReason: 'STOP',
        groundingMetadata: {
          groundingChunks: [{ web: { uri: url, title: 'E' } }],
          // In bytes of UTF-8.
          groundingSupports: [{ segment: { startIndex: 12, endIndex: 17, text: 'Köln' }, groundingChunkIndices: [0] }],
        },
      },
    ],
  },
  'bedrock/amazon.nova-premier-v1:0': {
    output: {
      message: {
        role: 'assistant',
        content: [
          { text: 'Grüße aus ' },
          { citationsContent: { content: [{ text: 'Köln' }], citations: [{ title: 'E', location: { web: { url, domain: 'd' } } }] } },
          { text: '.' },
        ],
      },
    },
    stopReason: 'end_turn',
  },
}

function objectsIn(stream: string): readonly JsonObject[] {
  return stream.split('\n').flatMap((line) => {
    const object = line.startsWith('data: {') ? parseJson(line.slice('data: '.length)) : undefined
    return isJsonObject(object) ? [object] : []
  })
}

/** Every citation in an answer or an event, in the form of its surface. */
function citationsIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(citationsIn)
  if (!isJsonObject(value)) return []
  const isCitation = value['type'] === 'url_citation' || value['type'] === 'web_search_result_location'
  return isCitation ? [value] : Object.values(value).flatMap(citationsIn)
}

const forms = {
  chat: neutral,
  responses: { type: 'url_citation', url, title: 'E', ...range },
  messages: { type: 'web_search_result_location', url, title: 'E' },
} as const

describe.each(Object.keys(answers))('what an answer of %s rests on', (target) => {
  it.each(surfaceNames)('is told to clients of %s', async (surface) => {
    const { answer, stream } = await translated(surface, target, {}, { answer: answers[target] ?? {} })
    expect(citationsIn(answer)).toMatchObject([forms[surface]])
    expect(citationsIn(objectsIn(stream)).length).toBeGreaterThan(0)
    for (const citation of citationsIn(objectsIn(stream))) expect(citation).toMatchObject(forms[surface])
  })
})

it('gives Anthropic’s own words back to a Messages client whose answer was written anew', async () => {
  const { answer } = await translated(
    'messages',
    'anthropic/claude-sonnet-4-5',
    {},
    { answer: answers['anthropic/claude-sonnet-4-5'] ?? {} },
  )
  expect(answer['content']).toEqual([
    { type: 'text', text: 'Grüße aus ' },
    {
      ...{ type: 'text', text: 'Köln' },
      citations: [{ type: 'web_search_result_location', url, title: 'E', cited_text: 'Köln is', encrypted_index: 'X' }],
    },
    { type: 'text', text: '.' },
  ])
})

describe('citations of documents', () => {
  const cited = { type: 'char_location', cited_text: 'c', document_index: 0, document_title: null, start_char_index: 0, end_char_index: 1 }
  const answer: JsonObject = { ...answers['anthropic/claude-sonnet-4-5'], content: [{ type: 'text', text: 'a', citations: [cited] }] }

  it.each([
    ['messages', [cited]],
    ['chat', undefined],
    ['responses', undefined],
  ] as const)('reach clients of %s where these have a form for them', async (surface, expected) => {
    const { answer: given } = await translated(surface, 'anthropic/claude-sonnet-4-5', {}, { answer })
    expect(JSON.stringify(given).includes('char_location')).toBe(expected !== undefined)
  })
})

it('leaves citations out of the text of an answer that has none', async () => {
  const { answer } = await translated('messages', 'openai/gpt-4o', {}, {})
  expect(answer['content']).toEqual([{ type: 'text', text: 'ok' }])
})
