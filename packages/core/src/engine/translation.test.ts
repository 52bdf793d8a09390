import { describe, expect, it } from 'vitest'
import { anthropicMessagesClient } from '../dialects/anthropic-messages/index.ts'
import { openAiChatClient } from '../dialects/openai-chat/index.ts'
import { openAiResponsesClient } from '../dialects/openai-responses/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { type Exchange, exchange as exchangeWith } from './__fixtures__/exchange.ts'

/*
 * What each provider gets of a client's request, and what is told of the rest. The rules are the vendors'; each row of a provider
 * (`providers/`) names where one is written down.
 */
const clients = {
  chat: (body: JsonObject) => openAiChatClient.fromRequest({ messages: [{ role: 'user', content: 'Hi' }], ...body }),
  messages: (body: JsonObject) =>
    anthropicMessagesClient.fromRequest({ max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], ...body }),
  responses: (body: JsonObject) => openAiResponsesClient.fromRequest({ input: 'Hi', ...body }),
} as const
type Surface = keyof typeof clients

async function exchange(surface: Surface, target: string, fields: JsonObject): Promise<Exchange> {
  return exchangeWith(target, clients[surface](fields))
}

function rolesOf({ messages }: JsonObject): readonly JsonValue[] {
  return Array.isArray(messages) ? messages.map((message: JsonValue) => (isJsonObject(message) ? (message['role'] ?? null) : null)) : []
}

const chatRows = ['deepseek', 'mistral', 'groq', 'grok', 'together', 'openai_compatible'] as const
const known = ['openai', 'azure_openai', 'openrouter'] as const

describe('the role developer', () => {
  const said = {
    chat: {
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
    responses: {
      input: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
  } as const
  const surfaces = ['chat', 'responses'] as const

  it.each(chatRows.flatMap((type) => surfaces.map((surface) => [type, surface] as const)))(
    'is system to %s, from %s',
    async (type, surface) => {
      const { body, receipt } = await exchange(surface, `${type}/some-model`, said[surface])
      if (body['input'] !== undefined) return // spoken to in the client's own dialect
      expect(rolesOf(body)).toEqual(['system', 'user'])
      expect(receipt.changed).toContain('role')
    },
  )

  it.each(known.flatMap((type) => surfaces.map((surface) => [type, surface] as const)))('stays to %s, from %s', async (type, surface) => {
    const { body, receipt } = await exchange(surface, `${type}/gpt-4.1`, said[surface])
    if (body['messages'] !== undefined) expect(rolesOf(body)).toEqual(['developer', 'user'])
    expect(receipt.changed ?? []).not.toContain('role')
  })
})

describe('a user who goes on behind results of tools', () => {
  const call = { id: 'abc123XYZ', type: 'function', function: { name: 'f', arguments: '{}' } }
  const said = {
    chat: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'abc123XYZ', content: 'ok' },
        { role: 'user', content: 'Go on.', odd: 1 },
      ],
    },
    messages: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'abc123XYZ', name: 'f', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'abc123XYZ', content: 'ok' },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    },
    responses: {
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'function_call', call_id: 'abc123XYZ', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'abc123XYZ', output: 'ok' },
        { role: 'user', content: 'Go on.' },
      ],
    },
  } as const
  const surfaces = ['chat', 'messages', 'responses'] as const

  it.each(surfaces)('waits for a turn of the assistant at mistral, from %s', async (surface) => {
    const { body, receipt } = await exchange(surface, 'mistral/any', said[surface])
    expect(rolesOf(body)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
    if (surface === 'chat') expect(body['messages']).toMatchObject([{}, {}, {}, {}, { content: 'Go on.', odd: 1 }])
    expect(receipt).toMatchObject({ changed: ['messages'], dropped: [] })
  })

  it.each(surfaces)('goes on at once elsewhere, from %s', async (surface) => {
    const { body, receipt } = await exchange(surface, 'groq/any', said[surface])
    expect(rolesOf(body)).toEqual(['user', 'assistant', 'tool', 'user'])
    expect(receipt.changed).toBeUndefined()
  })
})

describe('reasoning that a model does not take', () => {
  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ['openai/gpt-4.1', { thinking: { type: 'disabled' } }, {}, []],
    ['openai/gpt-4.1', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, {}, ['reasoning_effort']],
    ['openai/gpt-4o-mini', { output_config: { effort: 'high' } }, {}, ['reasoning_effort']],
    ['azure_openai/gpt-4o', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, {}, ['reasoning_effort']],
    ['groq/llama-3.3-70b-versatile', { thinking: { type: 'disabled' } }, {}, []],
    ['groq/llama-3.3-70b-versatile', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, {}, ['reasoning_effort']],
    ['grok/grok-4', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, {}, ['reasoning_effort']],
    ['grok/grok-4', { thinking: { type: 'disabled' } }, {}, ['reasoning_effort']],
    ['mistral/mistral-small-2506', { output_config: { effort: 'low' } }, {}, ['reasoning_effort']],
    ['mistral/magistral-medium-latest', { thinking: { type: 'disabled' } }, {}, ['reasoning_effort']],
    ['openai_compatible/any', { thinking: { type: 'disabled' } }, {}, ['reasoning_effort']],
    ['ollama/llama3.1:8b', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, {}, ['reasoning_effort']],
    ['ollama/llama3.1:8b', { thinking: { type: 'disabled' } }, {}, []],
    [
      'deepseek/deepseek-v4-pro',
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { thinking: { type: 'disabled' } },
      [],
    ],
    ['openai/gpt-5.1', { thinking: { type: 'disabled' }, output_config: { effort: 'high' } }, { reasoning_effort: 'none' }, []],
    ['groq/qwen/qwen3-32b', { thinking: { type: 'disabled' } }, { reasoning_effort: 'none' }, []],
    ['openrouter/anthropic/claude-sonnet-4.5', { thinking: { type: 'disabled' } }, { reasoning_effort: 'none' }, []],
  ])('%s: %j', async (target, fields, sent, dropped) => {
    const { body, receipt } = await exchange('messages', target, fields)
    const { reasoning_effort: effort, reasoning, thinking, think } = body
    expect(JSON.parse(JSON.stringify({ reasoning_effort: effort, reasoning, thinking, ...(think === true && { think }) }))).toEqual(sent)
    expect(receipt.dropped.filter((name) => name === 'reasoning_effort')).toEqual(dropped)
  })

  it.each<[Surface, string, JsonObject, JsonObject]>([
    ['messages', 'openai/o3', { thinking: { type: 'disabled' } }, { reasoning_effort: 'low' }],
    ['messages', 'openai/gpt-5', { thinking: { type: 'disabled' } }, { reasoning_effort: 'minimal' }],
    ['messages', 'openai/gpt-5', { output_config: { effort: 'max' } }, { reasoning_effort: 'high' }],
    ['messages', 'openai/gpt-5.2', { output_config: { effort: 'max' } }, { reasoning_effort: 'xhigh' }],
    ['messages', 'groq/qwen/qwen3-32b', { output_config: { effort: 'low' } }, { reasoning_effort: 'default' }],
    ['messages', 'groq/openai/gpt-oss-120b', { thinking: { type: 'disabled' } }, { reasoning_effort: 'low' }],
    ['messages', 'grok/grok-3-mini', { output_config: { effort: 'medium' } }, { reasoning_effort: 'high' }],
    ['messages', 'deepseek/deepseek-v4-pro', { output_config: { effort: 'medium' } }, { reasoning_effort: 'high' }],
    ['messages', 'mistral/mistral-small-latest', { output_config: { effort: 'low' } }, { reasoning_effort: 'high' }],
    ['messages', 'openai_compatible/any', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, { reasoning_effort: 'medium' }],
    ['chat', 'openai/gpt-5', { thinking: { type: 'enabled', budget_tokens: 2_000 } }, { reasoning_effort: 'medium' }],
    ['chat', 'groq/openai/gpt-oss-20b', { reasoning: { effort: 'minimal' } }, { reasoning_effort: 'low' }],
  ])('from %s, %s gets the nearest it takes of %j', async (surface, target, fields, sent) => {
    const { body, receipt } = await exchange(surface, target, fields)
    expect(body).toMatchObject(sent)
    expect(body).not.toHaveProperty('thinking')
    expect(receipt.changed).toBeDefined()
    expect(receipt.dropped).not.toContain('reasoning_effort')
  })

  it('keeps a budget where the provider takes one', async () => {
    const thinking = { type: 'enabled', budget_tokens: 12_000 }
    const { body } = await exchange('messages', 'openrouter/anthropic/claude-sonnet-4.5', { max_tokens: 20_000, thinking })
    expect(body['reasoning']).toEqual({ max_tokens: 12_000 })
  })
})

describe('an effort that vendors document', () => {
  it.each([
    ['groq/qwen/qwen3-32b', 'default'],
    ['deepseek/deepseek-v4-pro', 'max'],
    ['openai/gpt-5.2', 'max'],
    ['openrouter/x/y', 'max'],
    ['openai_compatible/any', 'auto'],
  ])('goes to %s as it is: %s', async (target, effort) => {
    const { body, receipt } = await exchange('chat', target, { reasoning_effort: effort })
    expect(body['reasoning_effort']).toBe(effort)
    expect(receipt).toMatchObject({ dropped: [], changed: undefined })
  })

  it.each([
    ['cohere/command-a-03-2025', 'auto', ['reasoning_effort']],
    ['ollama/qwen3:8b', 'default', ['reasoning_effort']],
    ['ollama/qwen3:8b', 'max', []],
  ])('is understood, or told as dropped, by %s: %s', async (target, effort, dropped) => {
    expect((await exchange('chat', target, { reasoning_effort: effort })).receipt.dropped).toEqual(dropped)
  })
})

describe('tool_choice and parallel_tool_calls', () => {
  const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 }
  it.each<[Surface, JsonObject]>([
    ['messages', { tools: [search], tool_choice: { type: 'tool', name: 'web_search', disable_parallel_tool_use: true } }],
    ['responses', { tools: [], tool_choice: 'auto', parallel_tool_calls: false }],
    ['responses', { tools: [{ type: 'web_search' }], tool_choice: 'auto', parallel_tool_calls: true }],
  ])('go with the tools, from %s: %j', async (surface, fields) => {
    for (const target of ['openai/gpt-4.1', 'openai_compatible/any', 'groq/any', 'cohere/command-a', 'ollama/qwen3', 'mistral/any']) {
      const { body, receipt } = await exchange(surface, target, fields)
      if (body['input'] !== undefined) continue // spoken to in the client's own dialect
      expect(body).not.toHaveProperty('tools')
      expect(body).not.toHaveProperty('tool_choice')
      expect(body).not.toHaveProperty('parallel_tool_calls')
      expect(receipt.dropped).toEqual(expect.arrayContaining(['tool_choice', 'parallel_tool_calls']))
    }
  })
})

describe('values beyond a model', () => {
  it.each([
    ['openai/gpt-4o', 'max_completion_tokens', 16_384],
    ['azure_openai/gpt-4o', 'max_completion_tokens', 16_384],
    ['groq/llama-3.1-8b-instant', 'max_completion_tokens', 8_192],
    ['cohere/command-r-08-2024', 'max_tokens', 4_000],
  ])('%s gets %s of %d', async (target, field, most) => {
    const { body, receipt } = await exchange('messages', target, { max_tokens: 200_000 })
    expect(body[field]).toBeLessThanOrEqual(Math.max(most, 4_096))
    expect(receipt.changed).toContain('max_tokens')
  })

  it('leaves alone what fits, and what a client of the dialect wrote', async () => {
    const small = await exchange('messages', 'openai/gpt-4o', { max_tokens: 16_384 })
    expect(small.body['max_completion_tokens']).toBe(16_384)
    expect(small.receipt.changed).toBeUndefined()
    const own = await exchange('chat', 'openai/gpt-4o', { max_tokens: 32_000 })
    expect(own.body['max_tokens']).toBe(32_000)
    expect(own.receipt.changed).toBeUndefined()
  })

  const long = `user_${'a'.repeat(64)}_account__session_${'0'.repeat(36)}`
  it.each([
    ['openai/gpt-4.1', 64],
    ['azure_openai/gpt-4.1', 64],
    ['openai_compatible/any', 64],
  ])('%s gets a digest of a user longer than %d characters', async (target, most) => {
    const { body, receipt } = await exchange('messages', target, { metadata: { user_id: long } })
    expect(body['user']).toMatch(new RegExp(`^[0-9a-f]{${most}}$`))
    expect(receipt.changed).toContain('user')
    expect(receipt.user).toBe(long)
  })

  it('takes metadata away from an answer that is not stored', async () => {
    for (const target of ['openai_compatible/any', 'azure_openai/gpt-4.1', 'openrouter/x/y']) {
      const { body, receipt } = await exchange('responses', target, { metadata: { a: 'b' } })
      if (body['input'] !== undefined) continue // spoken to in the client's own dialect
      expect(body).not.toHaveProperty('metadata')
      expect(receipt.dropped).toContain('metadata')
    }
  })
})

describe('cache marks', () => {
  const control = { cache_control: { type: 'ephemeral' } }
  const fields = {
    system: [{ type: 'text', text: 'Long prompt.', ...control }],
    tools: [{ name: 'f', input_schema: { type: 'object' }, ...control }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', ...control }] }],
  }

  it('travel to a provider that takes them', async () => {
    const { body, receipt } = await exchange('messages', 'openrouter/anthropic/claude-sonnet-4.5', fields)
    expect(body).toMatchObject({
      messages: [
        { role: 'system', content: [{ text: 'Long prompt.', ...control }] },
        { role: 'user', content: [{ text: 'Hi', ...control }] },
      ],
      tools: [{ function: { name: 'f' }, ...control }],
    })
    expect(receipt.dropped).toEqual([])
  })

  it.each([
    'openai/gpt-4.1',
    'groq/any',
    'mistral/any',
    'deepseek/deepseek-v4-pro',
    'cohere/command-a',
    'ollama/qwen3',
    'openai_compatible/any',
  ])('are told as dropped by %s', async (target) => {
    const { body, receipt } = await exchange('messages', target, fields)
    expect(JSON.stringify(body)).not.toContain('cache_control')
    expect(receipt.dropped).toContain('cache_control')
  })

  it.each(['groq/any', 'mistral/any'])('are taken out of a client’s own body for %s', async (target) => {
    const messages = [{ role: 'user', name: 'ann', content: [{ type: 'text', text: 'Hi', ...control }] }]
    const { body, receipt } = await exchange('chat', target, { messages })
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
    expect(new Set(receipt.dropped)).toEqual(new Set(['name', 'cache_control']))
  })

  it.each(['openrouter/x/y', 'openai_compatible/any'])('stay in a client’s own body for %s', async (target) => {
    const messages = [{ role: 'user', name: 'ann', content: [{ type: 'text', text: 'Hi', ...control }] }]
    const { body, receipt } = await exchange('chat', target, { messages })
    expect(body['messages']).toEqual(messages)
    expect(receipt.dropped).toEqual([])
  })
})

describe('a schema of arguments without properties', () => {
  it.each(['openai/gpt-4.1', 'groq/any', 'deepseek/deepseek-v4-pro', 'cohere/command-a', 'ollama/qwen3'])(
    'has an empty list of them for %s',
    async (target) => {
      const { body } = await exchange('messages', target, { tools: [{ name: 'list_all', input_schema: { type: 'object' } }] })
      expect(body['tools']).toMatchObject([{ function: { name: 'list_all', parameters: { type: 'object', properties: {} } } }])
    },
  )
})

describe('the form of an answer', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const json_schema = { name: 'x', schema }

  it('is forced by a tool on a model that is told not to think meanwhile', async () => {
    const asked = { response_format: { type: 'json_schema', json_schema } }
    const { body, receipt } = await exchange('chat', 'deepseek/deepseek-v4-pro', asked)
    expect(body).toMatchObject({
      tools: [{ function: { name: 'x', parameters: schema } }],
      tool_choice: { function: { name: 'x' } },
      thinking: { type: 'disabled' },
    })
    expect(receipt.dropped).toEqual([])
    const thoughtful = await exchange('chat', 'deepseek/deepseek-v4-pro', { ...asked, reasoning_effort: 'high' })
    expect(thoughtful.body).not.toHaveProperty('reasoning_effort')
    expect(thoughtful.receipt.dropped).toEqual(['reasoning_effort'])
  })

  it.each(['anthropic/claude-sonnet-4-5', 'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0'])(
    'is any JSON object by a forced tool on %s',
    async (target) => {
      const { body, receipt } = await exchange('chat', target, { response_format: { type: 'json_object' } })
      expect(JSON.stringify(body)).toContain('structured_response')
      expect(receipt.dropped).not.toContain('response_format')
    },
  )
})
