import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { bedrock as row } from '../../providers/bedrock.ts'
import { parseJson } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { corpusPresent, type Exchange, exchangesOf } from '../shared/__fixtures__/corpus.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { expectRecorded } from '../shared/__fixtures__/expect-recorded.ts'
import { joined, plainBody } from './__fixtures__/plain-body.ts'
import { bedrockConverse } from './index.ts'

const all = exchangesOf('bedrock')
const chats = all.filter(([, { endpoint, response }]) => endpoint === 'chat' && response.status === 200)
const streams = chats.filter(([id]) => id.includes('/stream-'))
const broken = streams.filter(([id]) => id.includes('/stream-error-midway/'))
/** AWS's own tools: the vendor's SDK shows their calls, a client could not answer them. */
const served = chats.filter(([id]) => id.includes('server-tool/'))
const good = streams.filter((one) => !broken.includes(one) && !served.includes(one))
const plain = chats.filter((one) => !streams.includes(one) && !served.includes(one))
const errors = all.filter(([, { response }]) => response.status >= 400)
const requests = all.filter(
  ([, { endpoint, gateway, request }]) => endpoint === 'chat' && gateway?.testable === true && request.reconstructed !== true,
)
const embeddings = all.filter(([, { endpoint }]) => endpoint === 'embeddings')

/** Two texts of these stand as one in the client's request that the corpus wrote. */
const joinedByCorpus: ReadonlySet<string> = new Set([
  'bedrock/stream-text/anthropic-claude-3-5-sonnet-20240620-v1--e64981',
  'bedrock/stream-tool-result/anthropic-claude-3-haiku-20240307-v1-0-b0ac80',
])

function bytesOf({ response }: Exchange): Uint8Array {
  const { body_base64: binary = '' } = response as { readonly body_base64?: string }
  return Uint8Array.from(atob(binary), (char) => char.charCodeAt(0))
}

const target = {
  model: 'asked',
  capabilities: typeof row.capabilities === 'function' ? row.capabilities('asked') : row.capabilities,
  stream: false,
}

describe.skipIf(!corpusPresent)('the recorded Bedrock exchanges', () => {
  it.each(plain)('reads the whole answer %s', (_id, exchange) => {
    expectRecorded(foldResponse(bedrockConverse, parseJson(exchange.response.body)), exchange)
  })

  it.each(good)('reads the stream %s', (_id, exchange) => {
    const bytes = bytesOf(exchange)
    const whole = decodeStream(bedrockConverse, bytes, { size: bytes.length })
    expectRecorded(fold(whole), exchange)
    expect(whole[0]?.type).toBe('start')
    expect(whole.at(-1)?.type).toBe('usage')
    expect(decodeStream(bedrockConverse, bytes, { size: 7 })).toEqual(whole)
  })

  it.each(served)('leaves the calls of tools that AWS runs itself out of %s', (id, exchange) => {
    const stream = id.includes('/stream-')
    const read = stream
      ? fold(decodeStream(bedrockConverse, bytesOf(exchange), { size: 7 }))
      : foldResponse(bedrockConverse, parseJson(exchange.response.body))
    expect(read.text).toBe(exchange.expected.choices[0]?.text)
    expect(read.toolCalls).toEqual([])
    expect(read.finish?.reason).toBe('stop')
    expect(read.annotations.length).toBeGreaterThan(0)
  })

  it.each(broken)('ends the broken stream %s with its error', (_id, exchange) => {
    const chunks = decodeStream(bedrockConverse, bytesOf(exchange), { size: 7 })
    expect(fold(chunks).text).toBe(exchange.expected.choices[0]?.text)
    expect(chunks.at(-1)).toMatchObject({ type: 'error', error: { failure: 'server', upstreamType: 'ModelStreamErrorException' } })
  })

  it.each(errors)('reads the error %s', (_id, exchange) => {
    const { status, headers, body } = exchange.response
    const upstreamError = bedrockConverse.fromError(status, headers, parseJson(body))
    expect(upstreamError.message).toBe(exchange.expected.error.message)
    expect(upstreamError.type).toBe(headers['x-amzn-errortype']?.split(':')[0])
    // An overlong prompt is an ordinary 400: the shared list of phrases tells it apart.
    const classes: Readonly<Record<number, readonly string[]>> = {
      400: ['invalid_request', 'context_length', 'unknown_model'],
      403: ['authentication'],
      404: ['unknown_model', 'retired_model'],
      429: ['rate_limit'],
      503: ['server'],
    }
    expect(classes[status]).toContain(classifyFailure(status, upstreamError, row.failures))
  })

  it.each(requests)('writes the request %s', (id, exchange) => {
    const request = fromOpenAiRequest(exchange.openai_request)
    const written = bedrockConverse.upstream.toRequest(request, { ...target, model: request.model, stream: request.stream === true })
    expect(written.dropped).toEqual([])
    const comparable = joinedByCorpus.has(id) ? joined : (body: unknown) => body
    expect(comparable(plainBody(written.body))).toEqual(comparable(plainBody(exchange.request.body)))
  })

  it.each(embeddings)('reads the embeddings %s and writes their request', (_id, exchange) => {
    const { headers, body } = exchange.response
    const read = bedrockConverse.codecs?.embeddings?.fromResponse(
      parseJson(body),
      { ...countingContext(), headers },
      { model: '', input: [] },
    )
    expect(read?.vectors).toHaveLength(exchange.expected.count)
    expect(read?.vectors[0]).toHaveLength(exchange.expected.dims)
    expect(read?.vectors[0]?.slice(0, 4)).toEqual(exchange.expected.head)
    const { model, input, dimensions } = exchange.openai_request
    const written = bedrockConverse.codecs?.embeddings?.toRequest(
      { model: '', input: typeof input === 'string' ? [input] : (input as string[]), dimensions: dimensions as number | undefined },
      { ...target, model: String(model) },
    )
    expect(written).toEqual({ body: exchange.request.body, dropped: [] })
  })
})
