import { createGateway } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'
import { createRecordingTransport, type ScriptedAnswer } from './recording-transport.ts'
import { ask, bodyOf, type SurfacePath, surfaces } from './surface-requests.ts'

const compatible = { type: 'openai_compatible', base_url: 'http://upstream.test/v1' }
const head = { id: 'c', created: 1, model: 'm' }
const stopReasons = {
  '/v1/chat/completions': { tools: 'tool_calls', length: 'length' },
  '/v1/messages': { tools: 'tool_use', length: 'max_tokens' },
  '/v1/responses': { tools: 'completed', length: 'incomplete' },
} as const

function chatAnswer(message: unknown, fields: object = {}): object {
  return { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null, ...fields }] }
}

function chunk(delta: object, fields: object = {}): object {
  return { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...fields }] }
}

function begin(index: number, id: string): object {
  return { index, id, type: 'function', function: { name: 'get_weather', arguments: '' } }
}

function more(index: number, text: string): object {
  return { index, function: { arguments: text } }
}

interface Read {
  readonly calls: readonly { readonly id: unknown; readonly name: unknown; readonly input: unknown }[]
  readonly reason: unknown
}

type Json = Readonly<Record<string, unknown>>

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [] // bodies of our own, asserted field by field
}

function parsed(text: unknown): unknown {
  return JSON.parse(String(text))
}

function readChat(body: Json): Read {
  const [choice] = list(body['choices'])
  const message = choice?.['message'] as Json
  const calls = list(message['tool_calls']).map((call) => {
    const target = call['function'] as Json
    return { id: call['id'], name: target['name'], input: parsed(target['arguments']) }
  })
  return { calls, reason: choice?.['finish_reason'] }
}

function readMessages(body: Json): Read {
  const blocks = list(body['content']).filter(({ type }) => type === 'tool_use')
  return { calls: blocks.map(({ id, name, input }) => ({ id, name, input })), reason: body['stop_reason'] }
}

function readResponses(body: Json): Read {
  const items = list(body['output']).filter(({ type }) => type === 'function_call')
  return {
    calls: items.map((item) => ({ id: item['call_id'], name: item['name'], input: parsed(item['arguments']) })),
    reason: body['status'],
  }
}

function eventsOf(text: string): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => parsed(line.slice('data: '.length)) as Json)
}

/** A streamed Chat Completion in one piece. */
function foldChat(events: readonly Json[]): Json {
  const calls: Json[] = []
  let reason: unknown
  for (const choice of events.flatMap((event) => list(event['choices']))) {
    reason = choice['finish_reason'] ?? reason
    for (const delta of list((choice['delta'] as Json)['tool_calls'])) {
      const place = Number(delta['index'])
      const before = (calls[place] ?? { function: { name: '', arguments: '' } }) as Json & { function: Json }
      const target = (delta['function'] ?? {}) as Json
      calls[place] = {
        id: delta['id'] ?? before['id'],
        function: {
          name: `${String(before.function['name'])}${String(target['name'] ?? '')}`,
          arguments: `${String(before.function['arguments'])}${String(target['arguments'] ?? '')}`,
        },
      }
    }
  }
  return { choices: [{ message: { tool_calls: calls }, finish_reason: reason }] }
}

/** A streamed message in one piece. */
function foldMessages(events: readonly Json[]): Json {
  const blocks = events.filter(({ type }) => type === 'content_block_start')
  const content = blocks.map((start) => {
    const deltas = events.filter((event) => event['type'] === 'content_block_delta' && event['index'] === start['index'])
    const json = deltas.map((event) => (event['delta'] as Json)['partial_json'] ?? '').join('')
    return { ...(start['content_block'] as Json), ...(json !== '' && { input: parsed(json) }) }
  })
  const end = events.find(({ type }) => type === 'message_delta')
  const delta = (end?.['delta'] ?? {}) as Json
  return { content, stop_reason: delta['stop_reason'] }
}

function read(surface: SurfacePath, text: string): Read {
  const isStream = text.startsWith('data:') || text.startsWith('event:')
  const events = isStream ? eventsOf(text) : []
  switch (surface) {
    case '/v1/chat/completions':
      return readChat(isStream ? foldChat(events) : (parsed(text) as Json))
    case '/v1/messages':
      return readMessages(isStream ? foldMessages(events) : (parsed(text) as Json))
    case '/v1/responses':
      return readResponses(isStream ? (events.at(-1)?.['response'] as Json) : (parsed(text) as Json))
  }
}

const paris = { id: 'call_a', name: 'get_weather', input: { city: 'Paris' } }
const rome = { id: 'call_b', name: 'get_weather', input: { city: 'Rome' } }

const streams: readonly (readonly [string, readonly object[]])[] = [
  ['in turns', [begin(0, 'call_a'), begin(1, 'call_b'), more(0, '{"city":'), more(1, '{"city":'), more(0, '"Paris"}'), more(1, '"Rome"}')]],
  [
    'one after the other, once both have begun',
    [begin(0, 'call_a'), begin(1, 'call_b'), more(0, '{"city":"Paris"}'), more(1, '{"city":"Rome"}')],
  ],
  ['under huge numbers', [begin(1.3e8, 'call_a'), begin(2e9, 'call_b'), more(1.3e8, '{"city":"Paris"}'), more(2e9, '{"city":"Rome"}')]],
  [
    'under negative and broken numbers',
    [begin(-1, 'call_a'), begin(0.5, 'call_b'), more(-1, '{"city":"Paris"}'), more(0.5, '{"city":"Rome"}')],
  ],
]

describe.each(surfaces)('calls of tools on %s', (surface) => {
  const body = { model: 'p/x', ...bodyOf(surface, { tools: true }) }
  const streamed = { model: 'p/x', ...bodyOf(surface, { tools: true, stream: true }) }

  it.each(streams)('are whole when their arguments come %s', async (_name, deltas) => {
    const events = [...deltas.map((delta) => chunk({ tool_calls: [delta] })), chunk({}, { finish_reason: 'tool_calls' }), '[DONE]']
    const { status, text } = await ask(compatible, surface, { body: streamed, answer: () => events })
    expect([status, read(surface, text)]).toEqual([200, { calls: [paris, rome], reason: stopReasons[surface].tools }])
  })

  const call = { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }

  it('end with the word for them, though the provider says stop', async () => {
    const whole = chatAnswer({ role: 'assistant', content: null, tool_calls: [call] })
    const pieces = [chunk({ tool_calls: [{ index: 0, ...call }] }), chunk({}, { finish_reason: 'stop' }), '[DONE]']
    // On its own surface the provider's word is passed on.
    const reason = surface === '/v1/chat/completions' ? 'stop' : stopReasons[surface].tools
    for (const [asked, answer] of [
      [body, whole],
      [streamed, pieces],
    ] as const) {
      const { text } = await ask(compatible, surface, { body: asked, answer: () => answer })
      expect(read(surface, text)).toEqual({ calls: [paris], reason })
    }
  })

  it('are a cut by length where the model says so, and no broken answer', async () => {
    const ended = { finish_reason: 'tool_calls', native_finish_reason: 'length' }
    const cut = { ...call, function: { name: 'get_weather', arguments: '{"city":"Par' } }
    const pieces = [chunk({ tool_calls: [{ index: 0, ...cut }] }), chunk({}, ended), '[DONE]']
    const { status, text } = await ask(compatible, surface, { body: streamed, answer: () => pieces })
    expect(status).toBe(200)
    expect(text).toContain(`"${stopReasons[surface].length}"`)
    const whole = await ask(compatible, surface, {
      body,
      answer: () => chatAnswer({ role: 'assistant', content: null, tool_calls: [cut] }, ended),
    })
    expect([whole.status, whole.text.includes(`"${stopReasons[surface].length}"`)]).toEqual([200, true])
  })
})

describe.each(surfaces)('a bad answer on %s', (surface) => {
  const good = chatAnswer({ role: 'assistant', content: 'ok', refusal: null })

  it.each<[string, ScriptedAnswer]>([
    ['whose message is null', chatAnswer(null)],
    ['without a message', chatAnswer(undefined)],
    ['without choices', { ...head, object: 'chat.completion' }],
    ['whose choices are null', { ...head, object: 'chat.completion', choices: null }],
    ['with no choice', { ...head, object: 'chat.completion', choices: [] }],
    [
      'with a call of nothing',
      chatAnswer({
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: '', arguments: '{}' } }],
      }),
    ],
  ])('%s goes to the next target', async (_name, bad) => {
    const transport = createRecordingTransport(({ path }) => (path.startsWith('/bad') ? bad : good))
    const provider = { type: 'openai_compatible', api_key: 'k', models: ['*'] }
    const config = {
      providers: [
        { ...provider, name: 'bad', base_url: 'http://upstream.test/bad' },
        { ...provider, name: 'good', base_url: 'http://upstream.test/good' },
      ],
      models: [{ name: 'both', targets: ['bad/x'], fallbacks: ['good/x'] }],
      caching: { enabled: false },
      routing: { retry: { max_attempts: 2, attempts_per_target: 1 } },
    }
    const gateway = createGateway(config, { transport })
    const response = await gateway.fetch(`http://gateway${surface}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'both', ...bodyOf(surface, {}) }),
    })
    expect([response.status, response.headers.get('x-proxyapi-provider')]).toEqual([200, 'good'])
    await response.text()
    await gateway.close()
  })

  it('in part, where its bytes are no UTF-8, is mended', async () => {
    const [before = '', after = ''] = JSON.stringify(chatAnswer({ role: 'assistant', content: 'a#b', refusal: null })).split('#')
    const encoder = new TextEncoder()
    const bytes = new Uint8Array([...encoder.encode(before), 0xff, ...encoder.encode(after)])
    const { status, text } = await ask(compatible, surface, { body: { model: 'p/x', ...bodyOf(surface, {}) }, answer: () => bytes })
    expect(status).toBe(200)
    expect(text).toContain('a\ufffdb')
  })
})

describe('what a vendor adds to its answers', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
  const citation = { url: 'https://example.org', title: 'E', start_index: 0, end_index: 2 }
  const message = {
    role: 'assistant',
    content: 'ok',
    refusal: null,
    reasoning: 'Hm.',
    images: [image],
    executed_tools: [{ type: 'search' }],
    annotations: [{ type: 'url_citation', url_citation: citation }],
  }
  const usage = { prompt_tokens: 1, completion_tokens: 1290, total_tokens: 1291, cost: 0.03 }
  const openrouter = { type: 'openrouter', base_url: 'http://upstream.test/api/v1' }

  it('reaches a client of its dialect whole', async () => {
    const answer = { ...chatAnswer(message), provider: 'Google', citations: ['https://example.org'], usage }
    const { text } = await ask(openrouter, '/v1/chat/completions', {
      body: { model: 'p/x', ...bodyOf('/v1/chat/completions', {}) },
      answer: () => answer,
    })
    expect(parsed(text)).toEqual({
      ...answer,
      choices: [{ index: 0, message: { ...message, reasoning_content: 'Hm.' }, finish_reason: 'stop', logprobs: null }],
    })
  })

  it('reaches it whole in a stream', async () => {
    const { role: _role, refusal: _refusal, ...delta } = message
    const events = [
      { ...chunk(delta), provider: 'Google' },
      chunk({ reasoning: null, images: [image] }),
      chunk({}, { finish_reason: 'stop' }),
      '[DONE]',
    ]
    const body = { model: 'p/x', ...bodyOf('/v1/chat/completions', { stream: true }) }
    const { text } = await ask(openrouter, '/v1/chat/completions', { body, answer: () => events })
    const [first, second, third] = eventsOf(text)
    expect(first).toEqual({ ...chunk({ ...delta, reasoning_content: 'Hm.' }), provider: 'Google' })
    expect([second, third]).toEqual(events.slice(1, 3))
  })

  it.each([false, true])('reaches a Responses client as citations and images (stream: %s)', async (stream) => {
    const { role: _role, refusal: _refusal, ...delta } = message
    const answer = stream ? [chunk(delta), chunk({}, { finish_reason: 'stop' }), '[DONE]'] : chatAnswer(message)
    const { text } = await ask(openrouter, '/v1/responses', {
      body: { model: 'p/x', ...bodyOf('/v1/responses', { stream }) },
      answer: () => answer,
    })
    const response = stream ? eventsOf(text).at(-1)?.['response'] : parsed(text)
    expect(response).toMatchObject({
      output: [
        { type: 'reasoning', summary: [{ text: 'Hm.' }] },
        { type: 'message', content: [{ type: 'output_text', text: 'ok', annotations: [{ type: 'url_citation', ...citation }] }] },
        { type: 'image_generation_call', result: 'iVBORw0KGgo=' },
      ],
    })
  })
})
