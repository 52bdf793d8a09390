import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type Gateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Exchange, hasCorpus, type Replay, replayConfig, startReplay } from '../wire/corpus.ts'
import { clients, type Door, questionOf } from './surfaces.ts'

/** One provider for each upstream dialect. */
const upstreams = ['openai', 'anthropic', 'cohere', 'gemini', 'bedrock', 'ollama', 'mistral']
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
    gateway = createGateway(replayConfig(replay), { transport: createNodeTransport() })
    listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
    http = { baseUrl: `http://127.0.0.1:${listening.port}` }
    inProcess = { baseUrl: 'http://gateway', fetch: gateway.fetch as typeof fetch }
  })
  afterAll(async () => {
    await listening.stop(0)
    await replay.close()
  })

  function pick(provider: string, wanted: string): Exchange | undefined {
    return replay
      .find({ provider, endpoint: 'chat', case: wanted })
      .find((exchange) => exchange.gateway?.testable && exchange.flavour === 'native' && (exchange.expected.choices?.length ?? 1) === 1)
  }

  const cells = Object.keys(clients).flatMap((client) =>
    upstreams.flatMap((provider) => cases.map((wanted) => [client, provider, wanted] as const)),
  )
  it.for(cells)('%s over %s: %s', async ([name, provider, wanted], context) => {
    const exchange = pick(provider, wanted)
    const client = clients[name]
    // Not every provider has a recording of every case.
    if (exchange === undefined || client === undefined) return context.skip()
    replay.pin({ id: exchange.id })
    const question = questionOf(exchange, `${provider}/${exchange.model}`)
    const expected = exchange.expected.choices?.[0]
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
    upstreams.flatMap((provider) => faults.map((wanted) => [client, provider, wanted] as const)),
  )
  it.for(failing)('%s over %s: %s', async ([name, provider, wanted], context) => {
    const exchange = replay.find({ provider, endpoint: 'chat', case: wanted }).find(({ flavour }) => flavour === 'native')
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
