// Requests that are right, which the fuzz makes wrong: one or more for every route that takes a body.
const user = { role: 'user', content: 'Hello' }
const tool = {
  type: 'function',
  function: { name: 'f', description: 'd', parameters: { type: 'object', properties: { a: { type: 'string' } } } },
}
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":"b"}' } }
const parts = [
  { type: 'text', text: 'What is it?' },
  { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
]

const chats = [
  {
    model: 'demo/echo',
    messages: [{ role: 'system', content: 'Be short.' }, user],
    temperature: 0.5,
    max_tokens: 20,
    stop: ['x'],
    user: 'u',
    seed: 1,
  },
  { model: 'demo/echo', stream: true, stream_options: { include_usage: true }, messages: [user], tools: [tool], tool_choice: 'auto', n: 1 },
  {
    model: 'any/m',
    messages: [
      user,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'r' },
      { role: 'user', content: parts },
    ],
  },
  {
    model: 'claude/m',
    messages: [user],
    response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } },
    reasoning_effort: 'low',
    logit_bias: { 1: 2 },
  },
  {
    model: 'gemini/m',
    stream: true,
    messages: [{ role: 'user', content: parts }],
    cache: { ttl: 60 },
    usage: { include: true },
    fallbacks: ['demo/echo'],
    metadata: { a: 'b' },
    top_logprobs: 2,
    logprobs: true,
  },
]
const messages = [
  {
    model: 'demo/echo',
    max_tokens: 20,
    system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
    messages: [user],
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    metadata: { user_id: 'u' },
  },
  {
    model: 'any/m',
    max_tokens: 20,
    stream: true,
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
    tool_choice: { type: 'any' },
    messages: [
      user,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] },
    ],
  },
]
const responses = [
  {
    model: 'demo/echo',
    input: 'Hello',
    instructions: 'Be short.',
    max_output_tokens: 20,
    reasoning: { effort: 'low' },
    text: { format: { type: 'text' } },
  },
  {
    model: 'any/m',
    stream: true,
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'r' },
    ],
    tools: [{ type: 'function', name: 'f', parameters: {} }],
  },
]
const reranks = [{ model: 'demo/rerank', query: 'q', documents: ['a', { text: 'b' }], top_n: 1, return_documents: true }]

export const seeds = {
  '/v1/chat/completions': chats,
  '/v1/messages': messages,
  '/v1/messages/count_tokens': messages,
  '/v1/responses': responses,
  '/v1/completions': [{ model: 'demo/echo', prompt: ['a', 'b'], max_tokens: 5, stream: true, logprobs: 1, echo: true, suffix: 's' }],
  '/v1/embeddings': [
    { model: 'demo/embed', input: ['a', 'b'], encoding_format: 'base64', dimensions: 8 },
    { model: 'any/m', input: [[1, 2], [3]] },
  ],
  '/v1/rerank': reranks,
  '/v2/rerank': reranks,
  '/rerank': reranks,
  '/v1/moderations': [{ model: 'demo/moderation', input: ['a', { type: 'text', text: 'b' }] }],
  '/api/condense': [
    {
      messages: [user, { role: 'assistant', content: 'A long answer. It has two sentences.' }, user],
      max_tokens: 20,
      query: 'q',
      format: 'messages',
      mode: 'auto',
    },
  ],
}

/** For the routes of admins and whatever comes later. */
export const anySeed = [{ name: 'n', model: 'demo/echo', duration_minutes: 1, faults: [{ type: 'delay', probability: 0.1 }], seed: 1 }]

export const headers = {
  'cache-control': ['no-store', 'no-cache', 'max-age=60', 'only-if-cached'],
  'x-proxyapi-provider': ['demo', 'any'],
  'x-proxyapi-strategy': ['round_robin', 'cost_optimized'],
  'x-proxyapi-fallbacks': ['demo/echo,any/m'],
  'x-proxyapi-timeout-ms': ['1000'],
  'x-proxyapi-condense': ['auto', 'off', '1000'],
  'x-proxyapi-user': ['u'],
  'x-proxyapi-tags': ['a,b'],
  'x-request-id': ['id-1'],
  'anthropic-version': ['2023-06-01'],
  'anthropic-beta': ['a-1'],
  'accept-encoding': ['gzip'],
  'content-encoding': ['gzip', 'identity'],
  range: ['bytes=0-1'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  authorization: ['Bearer x'],
  'last-event-id': ['1'],
}
