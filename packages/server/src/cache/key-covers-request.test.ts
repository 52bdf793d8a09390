import { describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

type Json = Readonly<Record<string, unknown>>

/** The least answer of each provider's wire language. */
const answers: readonly (readonly [path: RegExp, answer: Json])[] = [
  [
    /chat\/completions$/,
    {
      id: 'a',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  ],
  [
    /\/responses$/,
    {
      id: 'a',
      object: 'response',
      status: 'completed',
      model: 'm',
      output: [{ type: 'message', id: 'o', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'A' }] }],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
  ],
  [
    /\/v1\/messages$/,
    {
      id: 'a',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'A' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  ],
  [
    /\/v2\/chat$/,
    { id: 'a', message: { role: 'assistant', content: [{ type: 'text', text: 'A' }] }, finish_reason: 'COMPLETE', usage: { tokens: {} } },
  ],
  [/generateContent$/, { candidates: [{ content: { parts: [{ text: 'A' }], role: 'model' }, finishReason: 'STOP', index: 0 }] }],
  [
    /converse$/,
    {
      output: { message: { role: 'assistant', content: [{ text: 'A' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    },
  ],
  [/\/api\/chat$/, { model: 'm', message: { role: 'assistant', content: 'A' }, done: true, done_reason: 'stop' }],
]

const providers: readonly (readonly [name: string, model: string])[] = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-5-codex'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['cohere', 'command-a-03-2025'],
  ['gemini', 'gemini-2.5-pro'],
  ['bedrock', 'anthropic.claude-sonnet-4-20250514-v1:0'],
  ['ollama', 'llama3'],
]

/** What these providers refuse to be sent. */
const refused: Readonly<Record<string, string>> = { cohere: 'file', ollama: 'file' }

function sendable(body: Json, name: string): Json {
  const text = JSON.stringify(body, (_key, value: unknown) =>
    Array.isArray(value)
      ? value.filter((part: unknown) => (part as { readonly type?: unknown } | null)?.type !== (refused[name] ?? ''))
      : value,
  )
  return JSON.parse(text) as Json
}

const schema = { type: 'object', properties: { first: { type: 'string' }, second: { type: 'integer' } }, required: ['first'] }
const image = 'data:image/png;base64,iVBORw0KGgo='

const surfaces: readonly (readonly [path: string, body: Json])[] = [
  [
    '/v1/chat/completions',
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'What is it?', cache_control: { type: 'ephemeral', ttl: '1h' } },
            { type: 'image_url', image_url: { url: image, detail: 'low' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"first":"x"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'seen' },
        { role: 'user', content: 'Go on.', vendor: { hint: 1 } },
      ],
      tools: [
        { type: 'function', function: { name: 'look', description: 'Looks.', parameters: schema, strict: false }, cache: { hint: 1 } },
      ],
      tool_choice: { type: 'function', function: { name: 'look' } },
      response_format: { type: 'json_schema', json_schema: { name: 'r', description: 'd', schema, strict: true } },
      logit_bias: { '50256': -100 },
      seed: 7,
      stop: ['END'],
      max_tokens: 100,
      temperature: 0,
      top_p: 0.5,
      reasoning_effort: 'low',
      prediction: { type: 'content', content: 'guess' },
      web_search_options: { user_location: { type: 'approximate', approximate: { country: 'PT' } } },
      safety_settings: [{ category: 'a', threshold: 'b' }],
    },
  ],
  [
    '/v1/messages',
    {
      max_tokens: 2000,
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'Facts.' },
              title: 'T',
              context: 'C',
              citations: { enabled: true },
              cache_control: { type: 'ephemeral', ttl: '5m' },
            },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'text', text: 'What is it?' },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'look', input: { second: 2, first: 'x' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'seen' }], is_error: false }] },
        { role: 'user', content: 'Go on.' },
      ],
      tools: [
        { name: 'look', description: 'Looks.', input_schema: schema },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 2, allowed_domains: ['a.example'] },
      ],
      tool_choice: { type: 'tool', name: 'look', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      temperature: 0,
      top_k: 5,
      container: { skills: [{ type: 'anthropic', skill_id: 'pdf' }] },
      mcp_servers: [{ type: 'url', url: 'https://a.example/mcp', name: 'a' }],
    },
  ],
  [
    '/v1/responses',
    {
      instructions: 'Be short.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: image, detail: 'low' },
          ],
        },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"first":"x"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'seen' },
        { role: 'user', content: 'Go on.' },
      ],
      tools: [{ type: 'function', name: 'look', description: 'Looks.', parameters: schema, strict: false }],
      tool_choice: { type: 'function', name: 'look' },
      text: { format: { type: 'json_schema', name: 'r', schema, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'low', summary: 'auto' },
      max_output_tokens: 100,
      temperature: 0,
      truncation: 'auto',
    },
  ],
]

function changedLeaf(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'number') return value + 1
  return typeof value === 'boolean' ? !value : 'x'
}

/** Objects that a client makes up, in which the order of members reaches the model. */
const madeUp: ReadonlySet<string> = new Set(['parameters', 'input_schema', 'schema', 'input'])

/** Every value that differs from `value` in one leaf, one missing or one further member, or the order of the members of one made-up object. */
function variantsOf(value: unknown, isMadeUp = false): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown, index) => [
      [...value.slice(0, index), ...value.slice(index + 1)],
      ...variantsOf(entry, false).map((changed) => [...value.slice(0, index), changed, ...value.slice(index + 1)]),
    ])
  }
  if (typeof value !== 'object' || value === null) return [changedLeaf(value)]
  const members = Object.entries(value)
  return [
    ...(isMadeUp ? [Object.fromEntries([...members].reverse())] : []),
    { ...value, made_up: 1 },
    ...members.flatMap(([name, inner]) => [
      Object.fromEntries(members.filter(([other]) => other !== name)),
      ...variantsOf(inner, isMadeUp || madeUp.has(name)).map((changed) => ({ ...value, [name]: changed })),
    ]),
  ]
}

/** A gateway over every kind of provider, and what was sent to them last. */
function stage(caching: Json) {
  const last: { sent: string | undefined } = { sent: undefined }
  const gateway = createGateway(
    {
      providers: [...new Set(providers.map(([name]) => name))].map((name) => ({
        name,
        api_key: 'sk-test',
        base_url: 'http://up.test',
        models: ['*'],
        ...(name === 'bedrock' && { region: 'eu-west-1' }),
      })),
      caching,
      condensation: { enabled: false },
      routing: { retry: { max_attempts: 1 } },
      circuit_breaker: { failure_threshold: 1_000_000 },
    },
    {
      deps: {
        now: () => 1_700_000_000_000,
        monotonicNow: () => 1_700_000_000_000,
        random: () => 0.5,
        newId: () => 'id',
        sleep: () => Promise.resolve(),
        setTimer: () => () => undefined,
        defer: (run: () => void) => run(),
        fetch: async (url, init) => {
          const { pathname } = new URL(String(url))
          last.sent = `${pathname} ${typeof init?.body === 'string' ? init.body : new TextDecoder().decode(init?.body as Uint8Array)}`
          return Response.json(answers.find(([path]) => path.test(decodeURIComponent(pathname)))?.[1])
        },
      },
    },
  )
  return { gateway, last }
}

function ask(gateway: Gateway, path: string, body: unknown): Promise<Response> {
  return gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

describe.each(surfaces)('of two requests to %s that differ in any one place', (path, body) => {
  it.each(providers)('those that reach %s (%s) as different bodies never share an answer', async (name, model) => {
    const question = { model: `${name}/${model}`, ...sendable(body, name) }
    const plain = stage({ enabled: false })
    const cached = stage({ enabled: true, response_cache: { cacheable: 'all' } })
    const sentOf = async (asked: unknown): Promise<string | undefined> => {
      plain.last.sent = undefined
      await ask(plain.gateway, path, asked)
      return plain.last.sent
    }
    const original = await sentOf(question)
    expect((await ask(cached.gateway, path, question)).status).toBe(200)
    expect((await ask(cached.gateway, path, question)).headers.get('x-proxyapi-cache')).toBe('hit')
    const shared: unknown[] = []
    let different = 0
    for (const variant of variantsOf(question)) {
      const sent = await sentOf(variant)
      if (sent === undefined || sent === original) continue
      different++
      const answer = await ask(cached.gateway, path, variant)
      if (answer.headers.get('x-proxyapi-cache') === 'hit') shared.push(sent)
    }
    expect(different).toBeGreaterThan(30)
    expect(shared).toEqual([])
  })
})
