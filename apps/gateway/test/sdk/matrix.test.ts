import { bearer, defineProvider } from '@proxyapi/core'
import { openAiResponses } from '@proxyapi/core/dialects'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type Gateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Exchange, hasCorpus, onlyChoice, type Replay, replayConfig, startReplay } from '../wire/corpus.ts'
import { clients, type Door, questionOf } from './surfaces.ts'

/** A provider that speaks one dialect, whoever asks, and what was recorded of it. */
interface Upstream {
  readonly provider: string
  readonly recordedOf: string
  readonly endpoint: string
}

function chatOf(provider: string): Upstream {
  return { provider, recordedOf: provider, endpoint: 'chat' }
}

/** One for each upstream dialect. OpenAI's row would choose between two of them. */
const upstreams: Readonly<Record<string, Upstream>> = {
  'openai-chat': { provider: 'openai_compat', recordedOf: 'openai', endpoint: 'chat' },
  'openai-responses': { provider: 'openai_responses', recordedOf: 'openai', endpoint: 'responses' },
  anthropic: chatOf('anthropic'),
  cohere: chatOf('cohere'),
  gemini: chatOf('gemini'),
  bedrock: chatOf('bedrock'),
  ollama: chatOf('ollama'),
  mistral: chatOf('mistral'),
}

const responsesOnly = defineProvider({
  type: 'openai_responses',
  dialect: openAiResponses,
  auth: bearer,
  paths: { chat: () => '/responses' },
  capabilities: {
    ...{ tools: true, parallelTools: true, vision: true, imageUrls: true, audio: true, files: true, jsonObject: true },
    jsonSchema: 'native',
  },
})

function configOf(replay: Replay): object {
  const config = replayConfig(replay)
  const provider = { name: 'openai_responses', base_url: `${replay.baseUrl('openai')}/v1`, models: ['*'], api_key: 'test-key' }
  return { ...config, providers: [...config.providers, provider] }
}

const cases = ['text', 'stream-text', 'tool-call', 'stream-tool-call', 'image', 'json', 'reasoning', 'stream-reasoning']
const faults = ['error-400', 'error-429']

/** Anthropic's input is an object: a call with `null` has none. */
function argumentsFor(client: string, given: unknown): unknown {
  return given === null && (client === 'anthropic messages' || client === 'claude-code') ? {} : given
}

describe.skipIf(!hasCorpus)('the protocol matrix', () => {
  let replay: Replay
  let gateway: Gateway
  let listening: Listening
  let http: Door
  let inProcess: Door

  beforeAll(async () => {
    replay = await startReplay({ split: 'awkward' })
    gateway = createGateway(configOf(replay), { definitions: [responsesOnly], transport: createNodeTransport() })
    listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
    http = { baseUrl: `http://127.0.0.1:${listening.port}` }
    inProcess = { baseUrl: 'http://gateway', fetch: gateway.fetch as typeof fetch }
  })
  afterAll(async () => {
    await listening.stop(0)
    await replay.close()
  })

  function isFit({ gateway: own, flavour, expected }: Exchange): boolean {
    return own?.testable !== false && flavour === 'native' && (expected.choices?.length ?? 1) === 1
  }

  function pick({ recordedOf, endpoint }: Upstream, wanted: string): Exchange | undefined {
    return replay.find({ provider: recordedOf, endpoint, case: wanted }).find(isFit)
  }

  const cells = Object.keys(clients).flatMap((client) =>
    Object.keys(upstreams).flatMap((upstream) => cases.map((wanted) => [client, upstream, wanted] as const)),
  )
  it.for(cells)('%s over %s: %s', async ([name, over, wanted], context) => {
    const upstream = upstreams[over]
    const exchange = upstream && pick(upstream, wanted)
    const client = clients[name]
    // Not every provider has a recording of every case.
    if (exchange === undefined || client === undefined) return context.skip()
    replay.pin({ id: exchange.id })
    const question = questionOf(exchange, `${upstream?.provider}/${exchange.model}`)
    const expected = onlyChoice(exchange.expected)
    const read = await client(http, question)
    expect([expected?.text, ...(expected?.text_accept ?? [])]).toContain(read.text)
    expect(read.tools).toEqual(
      (expected?.tool_calls ?? []).map((call) => ({ name: call.name, arguments: argumentsFor(name, call.arguments) })),
    )
    if (expected?.reasoning) expect(read.reasoning.replace(/\s/g, '')).toContain(expected.reasoning.slice(0, 40).replace(/\s/g, ''))
    // The same app without a socket answers the same.
    expect(await client(inProcess, question)).toEqual(read)
  })

  const failing = Object.keys(clients).flatMap((client) =>
    Object.keys(upstreams).flatMap((upstream) => faults.map((wanted) => [client, upstream, wanted] as const)),
  )
  it.for(failing)('%s over %s: %s', async ([name, over, wanted], context) => {
    const { provider = '', recordedOf, endpoint } = upstreams[over] ?? {}
    const exchange = replay.find({ provider: recordedOf, endpoint, case: wanted }).find(({ flavour }) => flavour === 'native')
    const client = clients[name]
    if (exchange === undefined || client === undefined) return context.skip()
    replay.pin({ id: exchange.id })
    const accepted = exchange.expected.error?.accept_status ?? [exchange.response.status]
    const error = await client(http, { ...questionOf(exchange, `${provider}/${exchange.model}`), stream: exchange.stream }).catch(
      (failure: unknown) => failure,
    )
    expect(accepted).toContain((error as { status?: number }).status)
    expect((error as Error).message.length).toBeGreaterThan(5)
  })
})
