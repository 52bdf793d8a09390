import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { gemini as row } from '../../providers/google.ts'
import { type JsonObject, parseJson } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { corpusPresent, type Exchange, exchangesOf, isStream } from '../shared/__fixtures__/corpus.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { expectRecorded } from '../shared/__fixtures__/expect-recorded.ts'
import { plainBody } from './__fixtures__/plain-body.ts'
import { gemini } from './index.ts'

const all = exchangesOf('gemini')
const chats = all.filter(([, { endpoint, response }]) => endpoint === 'chat' && response.status === 200)
const streams = chats.filter(([id, exchange]) => isStream(exchange, ['event-stream']) || id.includes('/stream-'))
const broken = streams.filter(([id]) => id.includes('/stream-error-midway/'))
/** Calls in pieces: the vendor's SDK passes each piece on as a call of its own, we put them together. */
const pieces = streams.filter(([, { response }]) => response.body.includes('"willContinue"'))
const gathered: Readonly<Record<string, readonly JsonObject[]>> = {
  'gemini-3.1-pro-preview': [{ location: 'Boston' }, { location: 'San Francisco' }],
  'gemini-3-flash-preview': [{}, { id: 'A' }, { id: 'B' }, { id: 'C' }],
}
const good = streams.filter((one) => !broken.includes(one) && !pieces.includes(one))
const plain = chats.filter((one) => !streams.includes(one))
const errors = all.filter(([, { response }]) => response.status >= 400)
const requests = all.filter(
  ([, { endpoint, gateway, request }]) => endpoint === 'chat' && gateway?.testable === true && request.reconstructed !== true,
)
const embeddings = all.filter(([, { endpoint, response }]) => endpoint === 'embeddings' && response.status === 200)
const models = all.filter(([, { endpoint, response }]) => endpoint === 'models' && response.status === 200)

/** Without `alt=sse` a stream is one list; we never ask for that, and read its items as events. */
function bytesOf({ response }: Exchange): Uint8Array {
  const list = response.body.startsWith('[') ? parseJson(response.body) : undefined
  const text = Array.isArray(list) ? list.map((item) => `data: ${JSON.stringify(item)}\r\n\r\n`).join('') : response.body
  return new TextEncoder().encode(text)
}

const target = {
  model: 'asked',
  capabilities: typeof row.capabilities === 'function' ? row.capabilities('asked') : row.capabilities,
  stream: false,
}

describe.skipIf(!corpusPresent)('the recorded Gemini exchanges', () => {
  it.each(plain)('reads the whole answer %s', (_id, exchange) => {
    const read = foldResponse(gemini, parseJson(exchange.response.body))
    expectRecorded(read, exchange)
    expect(read.model).toBe(exchange.expected.model ?? 'model-asked')
  })

  it.each(good)('reads the stream %s', (_id, exchange) => {
    const whole = decodeStream(gemini, bytesOf(exchange), { size: exchange.response.body.length })
    expectRecorded(fold(whole), exchange)
    expect(fold(whole).model).toBe(exchange.expected.model ?? 'model-asked')
    expect(whole.filter(({ type }) => type === 'finish')).toHaveLength(1)
    expect(decodeStream(gemini, bytesOf(exchange), { size: 7 })).toEqual(whole)
  })

  it.each(pieces)('puts the calls of %s together', (_id, exchange) => {
    const read = fold(decodeStream(gemini, bytesOf(exchange), { size: 7 }))
    const begun = exchange.expected.choices[0]?.tool_calls.filter(({ name }) => name !== undefined) ?? []
    expect(read.toolCalls.map(({ name }) => name)).toEqual(begun.map(({ name }) => name))
    expect(read.toolCalls.map(({ argumentsText }) => parseJson(argumentsText))).toEqual(gathered[exchange.expected.model ?? ''])
    expect(read.finish).toEqual({ reason: 'tool_calls', native: 'STOP' })
    expect(read.usage?.totalTokens).toBe(exchange.expected.usage?.openai.total_tokens)
  })

  it.each(broken)('ends the broken stream %s with its error', (_id, exchange) => {
    const read = fold(decodeStream(gemini, bytesOf(exchange), { size: 7 }))
    expect(read.text).toBe(exchange.expected.choices[0]?.text)
    expect(read.error).toBe('The model is overloaded. Please try again later.')
  })

  it.each(errors)('reads the error %s', (_id, exchange) => {
    const { status, headers, body } = exchange.response
    const upstreamError = gemini.fromError(status, headers, parseJson(body))
    expect(upstreamError.message).not.toBe('')
    expect(body).toContain(JSON.stringify(upstreamError.message))
    const classes: Readonly<Record<number, string>> = {
      400: 'authentication',
      404: 'unknown_model',
      429: 'rate_limit',
      500: 'server',
      503: 'server',
    }
    expect(classifyFailure(status, upstreamError, row.failures)).toBe(classes[status])
    if (body.includes('retryDelay')) expect(upstreamError.retryAfterMs).toBeGreaterThan(30_000)
  })

  it.each(requests)('writes the request %s', (_id, exchange) => {
    const request = fromOpenAiRequest(exchange.openai_request)
    const written = gemini.upstream.toRequest(request, { ...target, model: request.model, stream: request.stream === true })
    expect(written.dropped).toEqual([])
    // The corpus lost `topK` of one request, as it says.
    const { topK: _lost, ...config } = { ...(exchange.request.body['generationConfig'] as JsonObject | null) }
    expect(plainBody(written.body)).toEqual(plainBody({ ...exchange.request.body, generationConfig: config }))
  })

  it.each(embeddings)('reads the embeddings %s and writes their request', (_id, exchange) => {
    const { body } = exchange.request
    const read = gemini.codecs?.embeddings?.fromResponse(parseJson(exchange.response.body), countingContext(), { model: '', input: [] })
    // The SDK asks for batches only and reads no vector out of the one answer of `embedContent`.
    if (exchange.expected.count === 0) expect(read?.vectors[0]).toHaveLength(768)
    else expect(read?.vectors).toHaveLength(exchange.expected.count)
    expect(read?.vectors[0]?.slice(0, 4)).toEqual(exchange.expected.count === 0 ? expect.any(Array) : exchange.expected.head)
    if (!Array.isArray(body['requests'])) return
    const { model, input } = exchange.openai_request
    const written = gemini.codecs?.embeddings?.toRequest(
      { model: '', input: input as string[], dimensions: 768 },
      { ...target, model: String(model) },
    )
    expect(written?.body).toEqual(body)
  })

  it.each(models)('reads the model list %s', (_id, exchange) => {
    const page = gemini.models?.fromResponse(parseJson(exchange.response.body))
    expect(page?.models.map(({ id }) => `models/${id}`)).toEqual(exchange.expected.ids)
    const { nextPageToken } = parseJson(exchange.response.body) as JsonObject
    expect(page?.next).toEqual(nextPageToken === undefined ? undefined : { pageToken: nextPageToken })
  })
})
