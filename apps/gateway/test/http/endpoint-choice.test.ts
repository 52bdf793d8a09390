import { describe, expect, it } from 'vitest'
import type { ScriptedAnswer, SentRequest } from './recording-transport.ts'
import { ask, bodyOf, type SurfacePath, surfaces, type Wish } from './surface-requests.ts'

const chatAnswer = {
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok', refusal: null }, finish_reason: 'stop', logprobs: null }],
}
const message = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'ok', annotations: [] }],
}
const response = { id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm', output: [message] }

/** A provider that has both endpoints. */
function answer({ path }: SentRequest): ScriptedAnswer {
  return path.includes('/responses') ? response : chatAnswer
}

function endpointOf({ path }: SentRequest): string {
  return path.includes('/responses') ? 'responses' : 'chat'
}

const tools: Wish = { tools: true }
const off: Wish = { tools: true, off: true }
const openai = { type: 'openai', base_url: 'http://upstream.test/v1' }
const azure = { type: 'azure_openai', base_url: 'http://upstream.test' }

describe.each([
  ['openai', openai],
  ['azure_openai', azure],
])('the endpoint of %s for a client that does not speak Responses', (_name, provider) => {
  const cases: readonly (readonly [model: string, wish: Wish, endpoint: string])[] = [
    ...['gpt-5.4', 'gpt-5.4-mini', 'gpt-5.5', 'gpt-5.6-terra', 'gpt-5.10', 'gpt-6', 'gpt-5.6-2026-05-01'].flatMap((model) => [
      [model, tools, 'responses'] as const,
      [model, off, 'chat'] as const,
      [model, {}, 'chat'] as const,
    ]),
    ...['gpt-4.1', 'gpt-4o', 'gpt-5', 'gpt-5-mini', 'gpt-5.1', 'gpt-5.2-chat-latest', 'o3', 'gpt-35-turbo'].map(
      (model) => [model, tools, 'chat'] as const,
    ),
    ...['gpt-5-pro', 'gpt-5.3-codex', 'gpt-5.4-pro', 'o3-pro'].map((model) => [model, {}, 'responses'] as const),
  ]
  const rows = cases.flatMap(([model, wish, endpoint]) =>
    surfaces.filter((surface) => surface !== '/v1/responses').map((surface) => [surface, model, wish, endpoint] as const),
  )
  it.each(rows)('%s with %s, asked for %j, is %s', async (surface, model, wish, endpoint) => {
    const { status, sent } = await ask(provider, surface, { body: { model: `p/${model}`, ...bodyOf(surface, wish) }, answer })
    expect([status, endpointOf(sent)]).toEqual([200, endpoint])
  })
})

describe('the endpoint for a Responses client', () => {
  it.each<[string, object, string, string]>([
    ['openai', openai, 'gpt-5', '/v1/responses'],
    ['openai', openai, 'gpt-4.1', '/v1/responses'],
    ['openai', openai, 'gpt-4o-search-preview', '/v1/chat/completions'],
    ['openai', openai, 'gpt-4o-audio-preview', '/v1/chat/completions'],
    ['azure_openai at its resource', azure, 'gpt-5', '/openai/v1/responses'],
    ['azure_openai below /openai', { ...azure, base_url: 'http://upstream.test/openai' }, 'gpt-5', '/openai/v1/responses'],
    ['azure_openai at its v1 API', { ...azure, base_url: 'http://upstream.test/openai/v1' }, 'gpt-5', '/openai/v1/responses'],
    [
      'azure_openai at Foundry',
      { ...azure, base_url: 'http://upstream.test/models' },
      'gpt-5',
      '/models/chat/completions?api-version=2024-10-21',
    ],
    ['grok', { type: 'grok', base_url: 'http://upstream.test/v1' }, 'grok-4', '/v1/responses'],
    ['groq', { type: 'groq', base_url: 'http://upstream.test/v1' }, 'x', '/v1/chat/completions'],
    ['openai_compatible', { type: 'openai_compatible', base_url: 'http://upstream.test/v1' }, 'x', '/v1/chat/completions'],
  ])('of %s is its own where the provider has one (%#)', async (_name, provider, model, path) => {
    const { status, sent, text } = await ask({ ...provider }, '/v1/responses', { body: { model: `p/${model}`, input: 'hi' }, answer })
    expect([status, sent.path]).toEqual([200, path])
    expect(JSON.parse(text)).toMatchObject({ object: 'response', output: [{ type: 'message', content: [{ text: 'ok' }] }] })
  })

  it('names the deployment as the model, where it has another name', async () => {
    const provider = { ...azure, models: [{ id: 'gpt-5', deployment: 'ours' }] }
    const { sent } = await ask(provider, '/v1/responses', { body: { model: 'p/gpt-5', input: 'hi' }, answer })
    expect(sent.body['model']).toBe('ours')
  })

  const body = {
    model: 'p/gpt-5',
    input: [
      { role: 'user', content: 'What happened today?' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } },
      { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** Begin' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'Done' },
    ],
    tools: [
      { type: 'web_search', filters: { allowed_domains: ['a.example'] } },
      { type: 'mcp', server_label: 's', server_url: 'https://s.example' },
    ],
    reasoning: { effort: 'low', summary: 'auto', context: 'all_turns' },
    include: ['reasoning.encrypted_content', 'web_search_call.action.sources'],
    truncation: 'auto',
    text: { verbosity: 'low', format: { type: 'text' } },
    max_tool_calls: 3,
    x_unknown: { kept: [1] },
  }

  it.each([undefined, false, true, null])('sends everything on as it came, and stores nothing (store: %s)', async (store) => {
    const given = store === undefined ? body : { ...body, store }
    const { sent, dropped, text } = await ask(openai, '/v1/responses', { body: given, answer })
    expect(sent.body).toEqual({ ...body, model: 'gpt-5', store: false })
    expect(dropped).toEqual([])
    expect(JSON.parse(text)).toEqual(response)
  })

  it('sends the very bytes of the client, but for the model', async () => {
    const { sent } = await ask(openai, '/v1/responses', { body, answer })
    expect(sent.text).toBe(`${JSON.stringify({ ...body, model: 'gpt-5' }).slice(0, -1)},"store":false}`)
  })

  it.each(['previous_response_id', 'conversation', 'background'])('is none for %s, which needs a memory', async (field) => {
    const { status, attempts, text } = await ask(openai, '/v1/responses', { body: { ...body, [field]: 'resp_0' }, answer })
    expect([status, attempts]).toEqual([400, 0])
    expect(JSON.parse(text)).toMatchObject({ error: { param: field } })
  })
})

describe('what a Responses client sends to a provider of another dialect', () => {
  const anthropicAnswer = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'ok' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  const targets: readonly (readonly [string, object, ScriptedAnswer])[] = [
    ['openai_compatible', { type: 'openai_compatible', base_url: 'http://upstream.test/v1' }, chatAnswer],
    ['anthropic', { type: 'anthropic', base_url: 'http://upstream.test' }, anthropicAnswer],
    [
      'ollama',
      { type: 'ollama', base_url: 'http://upstream.test' },
      { model: 'm', message: { role: 'assistant', content: 'ok' }, done: true, done_reason: 'stop' },
    ],
  ]
  const items = [
    ...[
      'web_search_call',
      'file_search_call',
      'code_interpreter_call',
      'image_generation_call',
      'mcp_call',
      'mcp_list_tools',
      'computer_call',
    ],
    ...[
      'computer_call_output',
      'local_shell_call',
      'local_shell_call_output',
      'shell_call',
      'apply_patch_call',
      'compaction',
      'item_reference',
      'of_tomorrow',
    ],
  ]
  const cells = targets.flatMap(([name, provider, given]) => items.map((type) => [name, type, provider, given] as const))

  it.each(cells)('leaves out and reports: %s, %s', async (_name, type, provider, given) => {
    const input = [
      { role: 'user', content: 'hi' },
      { type, id: 'x', call_id: 'x' },
      { role: 'user', content: 'go on' },
    ]
    const { status, dropped, sent } = await ask({ ...provider }, '/v1/responses', { body: { model: 'p/x', input }, answer: () => given })
    expect([status, dropped]).toEqual([200, [type]])
    expect(sent.text).toContain('go on')
    expect(sent.text).not.toContain(type)
  })

  it.each(targets)('reports steering that it can not follow: %s', async (_name, provider, given) => {
    const body = {
      ...{ model: 'p/x', input: 'hi', include: ['reasoning.encrypted_content', 'web_search_call.action.sources'], truncation: 'auto' },
      ...{ tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' }, max_tool_calls: 3 },
    }
    const { status, dropped } = await ask({ ...provider }, '/v1/responses', { body, answer: () => given })
    expect(status).toBe(200)
    for (const name of ['include', 'truncation', 'tools', 'tool_choice', 'max_tool_calls']) expect(dropped).toContain(name)
  })

  it.each(targets)('refuses a part that the question makes no sense without, and names it: %s', async (_name, provider, given) => {
    const input = [{ role: 'user', content: [{ type: 'input_video', video_url: 'https://v.example' }] }]
    const { status, attempts, text } = await ask({ ...provider }, '/v1/responses', { body: { model: 'p/x', input }, answer: () => given })
    expect([status, attempts]).toEqual([400, 0])
    expect(JSON.parse(text)).toMatchObject({
      error: { param: 'input[0].content[0].type', message: expect.stringContaining('input_video') },
    })
  })

  it.each(targets)('tells custom calls as functions with one text argument: %s', async (_name, provider, given) => {
    const input = [
      { role: 'user', content: 'fix it' },
      { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: '*** Begin "x"' },
      { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Done' },
    ]
    const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' }
    const body = { model: 'p/x', input, tools: [{ type: 'custom', name: 'apply_patch', description: 'Edits files.', format: grammar }] }
    const { status, dropped, sent } = await ask({ ...provider }, '/v1/responses', { body, answer: () => given })
    expect([status, dropped]).toEqual([200, []])
    for (const words of ['apply_patch', 'start: /.+/s', 'Done', '*** Begin', 'Edits files.']) expect(sent.text).toContain(words)
    expect(sent.text).not.toContain('"custom"')
  })
})

describe('custom tools between the dialects of OpenAI', () => {
  const grammar = { syntax: 'lark', definition: 'start: /.+/s' }
  const custom = { name: 'run', description: 'Runs.', format: { type: 'grammar', grammar } }
  const body = {
    model: 'p/gpt-5.6',
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'run', input: 'ls "a"' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'a' },
    ],
    tools: [{ type: 'custom', custom }],
    tool_choice: { type: 'custom', custom: { name: 'run' } },
  }

  it('are those of Responses where chat can not be used', async () => {
    const call = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c2', name: 'run', input: 'pwd' }
    const { sent, text, dropped } = await ask(openai, '/v1/chat/completions', { body, answer: () => ({ ...response, output: [call] }) })
    expect(dropped).toEqual([])
    expect(sent.body).toMatchObject({
      input: [
        { type: 'message', role: 'user' },
        { type: 'custom_tool_call', call_id: 'c', name: 'run', input: 'ls "a"' },
        { type: 'custom_tool_call_output', call_id: 'c', output: 'a' },
      ],
      tools: [{ type: 'custom', name: 'run', description: 'Runs.', format: { type: 'grammar', ...grammar } }],
      tool_choice: { type: 'custom', name: 'run' },
    })
    expect(JSON.parse(text)).toMatchObject({
      choices: [
        { message: { tool_calls: [{ id: 'c2', type: 'custom', custom: { name: 'run', input: 'pwd' } }] }, finish_reason: 'tool_calls' },
      ],
    })
  })

  it('go to a chat that knows them as they came, and so do their calls', async () => {
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [{ id: 'c2', type: 'custom', custom: { name: 'run', input: 'pwd' } }],
    }
    const given = { ...chatAnswer, choices: [{ index: 0, message, finish_reason: 'tool_calls', logprobs: null }] }
    const { sent, text } = await ask(openai, '/v1/chat/completions', { body: { ...body, model: 'p/gpt-5' }, answer: () => given })
    expect(sent.body).toEqual({ ...body, model: 'gpt-5' })
    expect(JSON.parse(text)).toEqual(given)
  })

  it('are made of functions for a client that knows them, whoever calls', async () => {
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [{ id: 'c2', type: 'function', function: { name: 'run', arguments: '{"input":"pwd"}' } }],
    }
    const given = { ...chatAnswer, choices: [{ index: 0, message, finish_reason: 'tool_calls', logprobs: null }] }
    const asked = { model: 'p/x', input: 'hi', tools: [{ type: 'custom', name: 'run' }] }
    const compatible = { type: 'openai_compatible', base_url: 'http://upstream.test/v1' }
    const { text } = await ask(compatible, '/v1/responses', { body: asked, answer: () => given })
    expect(JSON.parse(text)).toMatchObject({ output: [{ type: 'custom_tool_call', call_id: 'c2', name: 'run', input: 'pwd' }] })
  })
})

describe('a field that a provider does not take', () => {
  it.each<[string, SurfacePath, object]>([
    ['Chat Completions', '/v1/chat/completions', { model: 'p/gpt-4.1', messages: [{ role: 'user', content: 'hi' }] }],
    ['a stream', '/v1/chat/completions', { model: 'p/gpt-4.1', messages: [{ role: 'user', content: 'hi' }], stream: true }],
    ['Responses', '/v1/responses', { model: 'p/gpt-4.1', input: 'hi' }],
  ])('is taken out, and nothing else: %s', async (_name, surface, body) => {
    const isStream = 'stream' in body
    const { sent, dropped } = await ask(openai, surface, { body: { ...body, top_k: 3 }, answer })
    const own = surface === '/v1/responses' ? { store: false } : isStream ? { stream_options: { include_usage: true } } : {}
    expect(sent.body).toEqual({ ...body, ...own, model: 'gpt-4.1' })
    expect(dropped).toEqual(['top_k'])
  })
})
