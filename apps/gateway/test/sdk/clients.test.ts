import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import Anthropic from '@anthropic-ai/sdk'
import { createGateway } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { generateText, streamText } from 'ai'
import OpenAI, { AzureOpenAI } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Door {
  readonly baseUrl: string
  readonly fetch?: typeof fetch
}

const gateway = createGateway({})
const doors: Record<'HTTP' | 'in-process fetch', Door> = {
  HTTP: { baseUrl: '' },
  'in-process fetch': { baseUrl: 'http://gateway', fetch: gateway.fetch as typeof fetch },
}
let stop: () => Promise<void> = async () => undefined

beforeAll(async () => {
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  doors.HTTP = { baseUrl: `http://127.0.0.1:${listening.port}` }
  stop = () => listening.stop(0)
})
afterAll(() => stop())

describe.each(['HTTP', 'in-process fetch'] as const)('official clients over %s', (name) => {
  const openai = (): OpenAI =>
    new OpenAI({ apiKey: 'none', baseURL: `${doors[name].baseUrl}/v1`, ...(doors[name].fetch && { fetch: doors[name].fetch }) })
  const anthropic = (): Anthropic =>
    new Anthropic({ apiKey: 'none', baseURL: doors[name].baseUrl, ...(doors[name].fetch && { fetch: doors[name].fetch }) })

  it('openai: chat, streamed chat, responses, models, legacy completions', async () => {
    const client = openai()
    const messages = [{ role: 'user' as const, content: 'Hello there' }]
    const whole = await client.chat.completions.create({ model: 'demo/echo', messages })
    const streamed = await client.chat.completions
      .stream({ model: 'demo/echo', messages, stream_options: { include_usage: true } })
      .finalChatCompletion()
    expect([whole.choices[0]?.message.content, streamed.choices[0]?.message.content]).toEqual(['Hello there', 'Hello there'])
    expect(streamed.usage).toEqual(whole.usage)
    const response = await client.responses.create({ model: 'demo/echo', input: 'Hello there' })
    expect([response.status, response.output_text]).toEqual(['completed', 'Hello there'])
    expect((await client.models.list()).data.map(({ id }) => id)).toContain('demo/echo')
    expect((await client.models.retrieve('demo/echo')).id).toBe('demo/echo')
    expect((await client.completions.create({ model: 'demo/echo', prompt: 'Hello there' })).choices[0]?.text).toBe('Hello there')
  })

  it('openai: embeddings in both forms, and moderations', async () => {
    const client = openai()
    // Without a format this client asks for base64, and decodes it.
    const packed = await client.embeddings.create({ model: 'demo/embed', input: ['the cat sat', 'down'] })
    const plain = await client.embeddings.create({ model: 'demo/embed', input: ['the cat sat', 'down'], encoding_format: 'float' })
    expect(packed.data.map(({ embedding }) => embedding.length)).toEqual([64, 64])
    packed.data.forEach(({ embedding }, index) =>
      embedding.forEach((value, place) => expect(value).toBeCloseTo(plain.data[index]?.embedding[place] ?? Number.NaN)),
    )
    expect(packed.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 })
    const { results } = await client.moderations.create({ model: 'demo/moderation', input: ['nice', 'unsafe'] })
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true])
  })

  it.each(['demo/echo', 'echo'])('azure openai: a deployment is a model (%s)', async (model) => {
    const { baseUrl: endpoint, fetch } = doors[name]
    const client = new AzureOpenAI({ apiKey: 'none', endpoint, apiVersion: '2024-10-21', ...(fetch && { fetch }) })
    const messages = [{ role: 'user' as const, content: 'Hello there' }]
    const whole = await client.chat.completions.create({ model, messages })
    const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion()
    expect([whole, streamed].map(({ choices }) => choices[0]?.message.content)).toEqual(['Hello there', 'Hello there'])
    const embedded = await client.embeddings.create({ model: model.replace('echo', 'embed'), input: 'a' })
    expect(embedded.data[0]?.embedding).toHaveLength(64)
  })

  it('azure openai: the v1 paths', async () => {
    const { baseUrl, fetch } = doors[name]
    const client = new OpenAI({ apiKey: 'none', baseURL: `${baseUrl}/openai/v1`, ...(fetch && { fetch }) })
    expect((await client.responses.create({ model: 'demo/echo', input: 'Hello there' })).output_text).toBe('Hello there')
    expect((await client.models.retrieve('demo/echo')).id).toBe('demo/echo')
  })

  it('anthropic: messages, streamed messages, count_tokens', async () => {
    const client = anthropic()
    const body = { model: 'demo/echo', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello there' }] }
    const whole = await client.messages.create(body)
    const streamed = await client.messages.stream(body).finalMessage()
    expect([whole.content[0], streamed.content[0]]).toMatchObject([
      { type: 'text', text: 'Hello there' },
      { type: 'text', text: 'Hello there' },
    ])
    expect([whole.stop_reason, streamed.stop_reason, streamed.usage.output_tokens]).toEqual(['end_turn', 'end_turn', 2])
    expect((await client.messages.countTokens({ model: 'demo/echo', messages: body.messages })).input_tokens).toBeGreaterThan(2)
  })

  it('the Vercel AI SDK: generateText and streamText', async () => {
    const provider = createOpenAICompatible({
      name: 'proxyapi',
      baseURL: `${doors[name].baseUrl}/v1`,
      apiKey: 'none',
      ...(doors[name].fetch && { fetch: doors[name].fetch }),
    })
    const { text } = await generateText({ model: provider('demo/echo'), prompt: 'Hello there' })
    expect(text).toBe('Hello there')
    expect(await streamText({ model: provider('demo/echo'), prompt: 'Hello there' }).text).toBe('Hello there')
  })
})
