import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, readArray, readObject } from '../wire/json.ts'
import { type Surface, surfaceNames, translated } from './__fixtures__/translated.ts'

/*
 * What Claude gets of a client's request, on Anthropic and on Bedrock, whichever surface it came from. The rules are Anthropic's
 * (`dialects/claude`), and hold on both platforms.
 */
const platforms = [
  ['anthropic', (model: string) => `anthropic/${model}`],
  ['bedrock', (model: string) => `bedrock/us.anthropic.${model}-v1:0`],
] as const

/** Parameters of thinking, where each platform has them. */
function thinkingOf(body: JsonObject): JsonObject {
  const { thinking, output_config } = readObject(body, 'additionalModelRequestFields') ?? body
  return { ...(thinking !== undefined && { thinking }), ...(output_config !== undefined && { output_config }) }
}

function samplingOf(body: JsonObject): JsonObject {
  const { temperature, topP, top_p } = readObject(body, 'inferenceConfig') ?? body
  return { ...(temperature !== undefined && { temperature }), ...((topP ?? top_p) !== undefined && { topP: topP ?? top_p }) }
}

const effort: Readonly<Record<Exclude<Surface, 'messages'>, (effort: string) => JsonObject>> = {
  chat: (value) => ({ reasoning_effort: value }),
  responses: (value) => ({ reasoning: { effort: value } }),
}
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
/** A step of a tool loop, as a client sends it that keeps no reasoning. */
const loop: Readonly<Record<Exclude<Surface, 'messages'>, JsonObject>> = {
  chat: {
    tools: [tool],
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: '\n\n',
        tool_calls: [{ id: 'functions.f:0', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'functions.f:0', content: 'r' },
    ],
  },
  responses: {
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }],
    input: [
      { role: 'user', content: 'Hi' },
      { type: 'function_call', call_id: 'functions.f:0', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'functions.f:0', output: 'r' },
    ],
  },
}
const foreign = ['chat', 'responses'] as const

describe.each(platforms)('Claude on %s', (_name, target) => {
  describe.each(foreign)('asked through %s', (surface) => {
    it.each([
      ['claude-sonnet-4-5', 'medium', { thinking: { type: 'enabled', budget_tokens: 4_096 } }, true],
      ['claude-opus-4-6', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, false],
      ['claude-opus-4-7', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, false],
      ['claude-opus-4-7', 'minimal', { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, true],
      ['claude-opus-4-7', 'none', {}, false],
      ['claude-opus-5', 'none', { thinking: { type: 'disabled' } }, false],
      ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }, false],
      ['claude-fable-5', 'none', { output_config: { effort: 'low' } }, true],
    ])('%s thinks with the effort %s', async (model, wanted, written, isChanged) => {
      const { body, receipt } = await translated(surface, target(model), effort[surface](wanted))
      expect(thinkingOf(body)).toEqual(written)
      expect(receipt.changed ?? []).toEqual(isChanged ? expect.arrayContaining(['reasoning_effort']) : [])
    })

    it.each([
      ['claude-3-7-sonnet', { temperature: 0.3, topP: 0.9 }, []],
      ['claude-sonnet-4-5', { temperature: 0.3 }, ['top_p']],
      ['claude-opus-4-7', {}, ['temperature', 'top_p']],
      ['claude-sonnet-5', {}, ['temperature', 'top_p']],
    ])('%s gets the sampling that it takes', async (model, written, dropped) => {
      const { body, receipt } = await translated(surface, target(model), { temperature: 0.3, top_p: 0.9 })
      expect(samplingOf(body)).toEqual(written)
      expect(receipt.dropped).toEqual(dropped)
    })

    it.each([
      ['claude-sonnet-4-5', {}, ['reasoning_effort']],
      ['claude-opus-4-7', { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } }, []],
    ])('%s goes on in a tool loop whose thoughts are lost', async (model, written, dropped) => {
      const { body, receipt } = await translated(surface, target(model), { ...loop[surface], ...effort[surface]('medium') })
      expect(thinkingOf(body)).toEqual(written)
      expect(receipt.dropped).toEqual(dropped)
    })

    it.each([
      ['claude-sonnet-4-5', 'forced'],
      ['claude-opus-4-7', 'forced'],
      ['claude-opus-5-5', 'left to choose'],
    ])('%s does not think when it is to call a tool, and is %s', async (model, how) => {
      const asked = { ...effort[surface]('high'), tools: loop[surface]['tools'], tool_choice: 'required' }
      const { body, receipt } = await translated(surface, target(model), asked)
      expect(thinkingOf(body)).toEqual({})
      expect(receipt.dropped).toEqual(['reasoning_effort'])
      expect(receipt.changed ?? []).toEqual(how === 'forced' ? [] : ['tool_choice'])
      const choice = JSON.stringify(body['tool_choice'] ?? readObject(body, 'toolConfig')?.['toolChoice'])
      expect(choice).toContain(how === 'forced' ? 'any' : 'auto')
    })

    it('gets ids that it takes, and no blank texts', async () => {
      const { body } = await translated(surface, target('claude-sonnet-4-5'), loop[surface])
      const text = JSON.stringify(body['messages'])
      expect(text).not.toContain('functions.f:0')
      expect(text).not.toMatch(/"text":"\s*(\\n)*"/)
      const ids = [...text.matchAll(/"(?:id|tool_use_id|toolUseId)":"([^"]*)"/g)].map(([, id]) => id)
      expect(ids).toHaveLength(2)
      expect(ids[0]).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
      expect(ids[1]).toBe(ids[0])
    })
  })
})

describe('Claude asked through chat', () => {
  it.each([
    ['anthropic/claude-sonnet-4-5', 64_000],
    ['anthropic/claude-3-haiku-20240307', 4_096],
    ['anthropic/claude-unheard-of', 4_096],
  ])('%s may write as much as it can, where no limit is named', async (target, maxTokens) => {
    expect((await translated('chat', target, {})).body['max_tokens']).toBe(maxTokens)
  })

  it.each(['ann@example.com', '+49 170 1234567', '555-123-4567'])('is not told who %s is', async (user) => {
    const { body, receipt } = await translated('chat', 'anthropic/claude-sonnet-4-5', { user })
    expect(JSON.stringify(body['metadata'])).toMatch(/^\{"user_id":"[0-9a-f]{64}"\}$/)
    expect(receipt.changed).toEqual(['user'])
  })

  it('is held to the part of a schema that it keeps', async () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 0 } }, required: ['age'] }
    const format = { type: 'json_schema', json_schema: { name: 'person', schema } }
    const { body, receipt } = await translated('chat', 'anthropic/claude-sonnet-4-5', { response_format: format })
    expect(body['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: { ...schema, properties: { age: { type: 'integer', description: 'minimum: 0' } }, additionalProperties: false },
      },
    })
    expect(receipt.changed).toEqual(['response_format'])
  })

  it.each([
    ['anthropic/claude-sonnet-4-5', true, []],
    ['anthropic/claude-3-5-haiku', undefined, ['strict']],
    ['bedrock/anthropic.claude-sonnet-4-5', undefined, ['strict']],
    ['gemini/gemini-2.5-flash', undefined, ['strict']],
  ])('keeps a tool of %s strict or says that it can’t', async (target, strict, dropped) => {
    const { body, receipt } = await translated('chat', target, { tools: [{ ...tool, function: { ...tool.function, strict: true } }] })
    const [first] = readArray(body, 'tools') ?? []
    expect(isJsonObject(first) ? first['strict'] : undefined).toBe(strict)
    expect(receipt.dropped).toEqual(dropped)
  })

  it.each([
    ['image/jpg', 'image/jpeg'],
    ['IMAGE/PNG', 'image/png'],
  ])('gets pictures of the type %s under their name', async (given, written) => {
    const content = [{ type: 'image_url', image_url: { url: `data:${given};base64,AAAA` } }]
    const messages = [{ role: 'user', content }]
    const anthropic = await translated('chat', 'anthropic/claude-sonnet-4-5', { messages })
    expect(JSON.stringify(anthropic.body)).toContain(`"media_type":"${written}"`)
    const gemini = await translated('chat', 'gemini/gemini-2.5-flash', { messages })
    expect(JSON.stringify(gemini.body)).toContain(`"mimeType":"${written}"`)
    const bedrock = await translated('chat', 'bedrock/anthropic.claude-sonnet-4-5', { messages })
    expect(JSON.stringify(bedrock.body)).toContain(`"format":"${written.slice('image/'.length)}"`)
  })
})

describe('the headers of a Messages client', () => {
  const asked = { context_management: { edits: [] } }
  const beta = 'context-management-2025-06-27,interleaved-thinking-2025-05-14'

  it('go to Anthropic with its body', async () => {
    const { headers, body } = await translated('messages', 'anthropic/claude-sonnet-4-5', asked, {
      headers: { 'anthropic-beta': ` ${beta.replace(',', ' , ')}, Not*One,`, 'anthropic-version': '2027-01-31', 'x-other': 'x' },
    })
    expect(headers.get('anthropic-beta')).toBe(beta)
    expect(headers.get('anthropic-version')).toBe('2027-01-31')
    expect(headers.get('x-other')).toBeNull()
    expect(body['context_management']).toEqual(asked.context_management)
  })

  it.each([{}, { 'anthropic-beta': 'a\nb', 'anthropic-version': 'latest' }, { 'anthropic-version': '2023-06-01' }])(
    'are the usual ones for %j',
    async (given) => {
      const { headers } = await translated('messages', 'anthropic/claude-sonnet-4-5', asked, { headers: given })
      expect(headers.get('anthropic-beta')).toBeNull()
      expect(headers.get('anthropic-version')).toBe('2023-06-01')
    },
  )

  it('are added to those of the configuration, and replace none', async () => {
    const { headers } = await translated('messages', 'anthropic/claude-sonnet-4-5', asked, {
      headers: { 'anthropic-beta': beta, 'anthropic-version': '2027-01-31' },
      provider: { headers: { 'Anthropic-Beta': 'own', 'anthropic-version': '2023-01-01' } },
    })
    expect(headers.get('anthropic-beta')).toBe(`own,${beta}`)
    expect(headers.get('anthropic-version')).toBe('2023-01-01')
  })

  it.each(['openai/gpt-4o', 'gemini/gemini-2.5-flash', 'bedrock/amazon.nova-lite-v1:0'])(
    'do not go to %s, where what needs them is reported',
    async (target) => {
      const { headers, receipt } = await translated('messages', target, asked, { headers: { 'anthropic-beta': beta } })
      expect(headers.get('anthropic-beta')).toBeNull()
      expect(receipt.dropped).toEqual(['context_management'])
    },
  )
})

describe('the betas of a Messages client', () => {
  it('go to Claude on Bedrock where Bedrock knows them', async () => {
    const { body, receipt } = await translated(
      'messages',
      'bedrock/anthropic.claude-sonnet-4-5',
      { context_management: { edits: [] }, container: 'c' },
      { headers: { 'anthropic-beta': 'context-management-2025-06-27,unheard-of-2026-01-01' } },
    )
    expect(body['additionalModelRequestFields']).toEqual({
      anthropic_beta: ['context-management-2025-06-27'],
      context_management: { edits: [] },
    })
    expect(receipt.dropped).toEqual(['container'])
  })
})

describe('thinking that is turned off although an effort is named', () => {
  it.each([
    ['bedrock/anthropic.claude-sonnet-4-5', { additionalModelRequestFields: { thinking: { type: 'disabled' } } }],
    ['gemini/gemini-2.5-flash', { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }],
    ['ollama/qwen3', { think: false }],
  ])('stays off at %s', async (target, written) => {
    const { body } = await translated('messages', target, { thinking: { type: 'disabled' }, output_config: { effort: 'high' } })
    expect(body).toMatchObject(written)
    expect(JSON.stringify(body)).not.toContain('high')
  })
})

describe('marks of a cached prompt', () => {
  const mark = (ttl?: string): JsonObject => ({ cache_control: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) } })
  const said = (text: string, ttl?: string): JsonObject => ({ type: 'text', text, ...mark(ttl) })
  /** The marks of a body, in the order of the prompt. */
  const marksOf = ({ tools, system, messages, toolConfig }: JsonObject): readonly string[] => {
    const text = JSON.stringify([tools ?? toolConfig, system, messages])
    return [...text.matchAll(/"(?:cache_control|cachePoint)":\{"type":"[a-z]+"(?:,"ttl":"(5m|1h)")?\}/g)].map(([, ttl]) => ttl ?? 'none')
  }
  const chatBody = (tool_: string | undefined, system: string | undefined, ...users: readonly (string | undefined)[]): JsonObject => ({
    tools: [{ ...tool, ...mark(tool_) }],
    messages: [{ role: 'system', content: [said('s', system)] }, ...users.map((ttl) => ({ role: 'user', content: [said('u', ttl)] }))],
  })

  it.each([
    ['anthropic/claude-sonnet-4-5', chatBody('1h', '1h', '5m'), ['1h', '1h', '5m'], undefined],
    ['bedrock/anthropic.claude-sonnet-4-5', chatBody('1h', '1h', '5m'), ['1h', '1h', '5m'], undefined],
    // An hour goes before five minutes, which costs no more: the later mark covers the earlier ones.
    ['anthropic/claude-sonnet-4-5', chatBody('5m', '1h', undefined), ['1h', '1h', 'none'], ['cache_control']],
    ['bedrock/anthropic.claude-sonnet-4-5', chatBody(undefined, '1h', undefined), ['1h', '1h', 'none'], ['cache_control']],
    // Four are taken.
    ['anthropic/claude-sonnet-4-5', chatBody('1h', '1h', '5m', '5m', '5m'), ['1h', '5m', '5m', '5m'], ['cache_control']],
    // Bedrock keeps older models' prompts for five minutes only.
    ['bedrock/anthropic.claude-3-7-sonnet', chatBody('1h', '5m', '5m'), ['none', 'none', 'none'], ['cache_control']],
  ])('reach %s in an order and a number that it takes', async (target, body, marks, changed) => {
    const { body: written, receipt } = await translated('chat', target, body)
    expect(marksOf(written)).toEqual(marks)
    expect([receipt.changed, receipt.dropped]).toEqual([changed, []])
  })

  it('count the one on the whole request', async () => {
    const whole = { ...chatBody('5m', '5m', '5m', '5m'), ...mark() }
    const { body, receipt } = await translated('chat', 'anthropic/claude-sonnet-4-5', whole)
    expect(body['cache_control']).toEqual({ type: 'ephemeral' })
    expect(marksOf(body)).toEqual(['5m', '5m', '5m'])
    expect([receipt.changed, receipt.dropped]).toEqual([['cache_control'], []])
  })

  it.each([
    ['bedrock/amazon.nova-lite-v1:0', ['1h', '1h']],
    ['bedrock/meta.llama3-8b-instruct-v1:0', []],
    ['gemini/gemini-2.5-flash', []],
    ['vertex/gemini-2.5-flash', []],
  ])('are reported where %s does not take them', async (target, marks) => {
    const { body, receipt } = await translated('chat', target, chatBody('1h', '1h', '1h'))
    expect(marksOf(body)).toHaveLength(marks.length)
    expect(receipt.dropped).toEqual(['cache_control'])
  })

  it('of blank texts go to what stands before, and those of calls stay with them', async () => {
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }, said(' ')] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, ...mark('1h') }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [said('r')] }] },
    ]
    const { body } = await translated('messages', 'bedrock/anthropic.claude-sonnet-4-5', { messages })
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'Hi' }, { cachePoint: { type: 'default', ttl: '1h' } }] },
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: 'a', name: 'f', input: {} } }, { cachePoint: { type: 'default', ttl: '1h' } }],
      },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ text: 'r' }] } }, { cachePoint: { type: 'default' } }] },
    ])
  })
})

it.each(surfaceNames)('tells of a request of %s that nothing was lost where nothing was', async (surface) => {
  for (const target of [
    'anthropic/claude-sonnet-4-5',
    'bedrock/anthropic.claude-sonnet-4-5',
    'gemini/gemini-2.5-flash',
    'vertex/gemini-2.5-flash',
  ]) {
    const { receipt } = await translated(surface, target, {})
    expect([receipt.dropped, receipt.changed]).toEqual([[], undefined])
  }
})
