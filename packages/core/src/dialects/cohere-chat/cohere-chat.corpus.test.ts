import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { failurePolicies } from '../../errors/failure.table.ts'
import { cohere } from '../../providers/cohere.ts'
import { type JsonObject, parseJson } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { corpusPresent, type Exchange, exchangesOf, isStream } from '../shared/__fixtures__/corpus.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { expectRecorded } from '../shared/__fixtures__/expect-recorded.ts'
import { plainBody } from './__fixtures__/plain-body.ts'
import { cohereChat } from './index.ts'

const all = exchangesOf('cohere')
const chats = all.filter(([, { endpoint, response }]) => endpoint === 'chat' && response.status === 200)
const streams = chats.filter(([, exchange]) => isStream(exchange, ['event-stream']))
const broken = streams.filter(([id]) => id.includes('/stream-odd-finish/'))
const good = streams.filter((row) => !broken.includes(row))
const plain = chats.filter((row) => !streams.includes(row))
const errors = all.filter(([, { response }]) => response.status >= 400)
const requests = all.filter(
  ([, { endpoint, gateway, request }]) => endpoint === 'chat' && gateway?.testable === true && request.reconstructed !== true,
)
const embeddings = all.filter(([, { endpoint, response }]) => endpoint === 'embeddings' && response.status === 200)
const models = all.filter(([, { endpoint }]) => endpoint === 'models')

function bytesOf(exchange: Exchange): Uint8Array {
  return new TextEncoder().encode(exchange.response.body)
}

const target = {
  model: 'asked',
  capabilities: typeof cohere.capabilities === 'function' ? cohere.capabilities('asked') : cohere.capabilities,
  stream: false,
}

/** What the corpus left out when it wrote the client's request, without saying so: taken from both sides. */
const lostByCorpus: Readonly<Record<string, string>> = {
  'cohere/image/command-a-vision-07-2025-1971c0': 'detail',
  'cohere/image/command-a-vision-07-2025-974da5': 'detail',
  'cohere/stream-tool-call/command-r-1bfdef': 'description',
  'cohere/stream-tool-call/command-r-9b7af9': 'description',
  'cohere/tool-call/command-r-d120d1': 'description',
}

function comparable(body: JsonObject, id: string): unknown {
  return JSON.parse(JSON.stringify(plainBody(body)), (key, value: unknown) => (key === lostByCorpus[id] ? undefined : value))
}

describe.skipIf(!corpusPresent)('the recorded Cohere exchanges', () => {
  it.each(plain)('reads the whole answer %s', (_id, exchange) => {
    expectRecorded(foldResponse(cohereChat, parseJson(exchange.response.body)), exchange)
  })

  it.each(good)('reads the stream %s', (_id, exchange) => {
    const whole = decodeStream(cohereChat, bytesOf(exchange), { size: exchange.response.body.length })
    expectRecorded(fold(whole), exchange)
    expect(decodeStream(cohereChat, bytesOf(exchange), { size: 7 })).toEqual(whole)
  })

  it.each(broken)('ends the broken stream %s with its error', (_id, exchange) => {
    const read = fold(decodeStream(cohereChat, bytesOf(exchange), { size: 7 }))
    expect(exchange.expected.choices[0]?.text_accept).toContain(read.text)
    expect(read.finish).toBeUndefined()
    expect(read.error).toMatch(/^your request resulted in an invalid tool generation/)
  })

  it.each(errors)('reads the error %s', (_id, exchange) => {
    const { status, headers, body } = exchange.response
    const upstreamError = cohereChat.fromError(status, headers, parseJson(body))
    expect(upstreamError.message).not.toBe('')
    expect(exchange.expected.error.message).toContain(upstreamError.message)
    const { code } = failurePolicies[classifyFailure(status, upstreamError, cohere.failures)]
    const codes: Readonly<Record<number, string>> = {
      400: 'context_length_exceeded',
      401: 'upstream_auth_error',
      404: 'model_not_found',
      429: 'upstream_rate_limited',
      500: 'upstream_error',
    }
    expect(code).toBe(codes[status])
  })

  it.each(requests)('writes the request %s', (id, exchange) => {
    const request = fromOpenAiRequest(exchange.openai_request)
    const written = cohereChat.upstream.toRequest(request, {
      ...target,
      model: request.model,
      stream: request.stream === true,
    })
    expect(written.dropped).toEqual([])
    expect(comparable(written.body, id)).toEqual(comparable(exchange.request.body, id))
  })

  it.each(embeddings)('reads the embeddings %s and writes their request', (_id, exchange) => {
    const { body } = exchange.request
    const read = cohereChat.codecs?.embeddings?.fromResponse(parseJson(exchange.response.body), countingContext(), { model: '', input: [] })
    expect(read?.vectors).toHaveLength(exchange.expected.count)
    expect(read?.vectors[0]).toHaveLength(exchange.expected.dims)
    expect(read?.vectors[0]?.slice(0, 4)).toEqual(exchange.expected.head)
    const input = Array.isArray(body['texts']) ? body['texts'].map(String) : []
    const dimensions = typeof body['output_dimension'] === 'number' ? body['output_dimension'] : undefined
    const written = cohereChat.codecs?.embeddings?.toRequest({ model: '', input, dimensions }, { ...target, model: String(body['model']) })
    expect(written?.body).toEqual({ embedding_types: ['float'], ...body })
  })

  it.each(models)('reads the model list %s', (_id, exchange) => {
    const page = cohereChat.models?.fromResponse(parseJson(exchange.response.body))
    expect(page?.models.map(({ id }) => id)).toEqual(exchange.expected.ids)
    expect(page?.next?.['page_token']).toBe(exchange.expected.next)
  })
})
