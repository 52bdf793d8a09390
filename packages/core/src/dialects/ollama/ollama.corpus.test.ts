import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { failurePolicies } from '../../errors/failure.table.ts'
import { ollama as provider } from '../../providers/ollama.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../wire/json.ts'
import { fromOpenAiRequest } from '../openai-chat/request-decode.ts'
import { corpusPresent, type Exchange, exchangesOf, isStream } from '../shared/__fixtures__/corpus.ts'
import { countingContext, decodeStream, fold, foldResponse } from '../shared/__fixtures__/decode.ts'
import { expectRecorded } from '../shared/__fixtures__/expect-recorded.ts'
import { ollama } from './index.ts'

const all = exchangesOf('ollama')
const chats = all.filter(([, { endpoint, response }]) => endpoint === 'chat' && response.status === 200)
const streams = chats.filter(([, exchange]) => isStream(exchange, ['ndjson']))
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

/*
 * Two bodies that say the same are equal: empty options, tools and formats and a null say nothing, nor does the type of
 * a call. `think` and the history's `thinking` have no field in the corpus's client requests (`request_loses`).
 */
function plainMessage(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return message
  const { thinking: _thinking, tool_calls: calls, ...rest } = message
  const plainCalls = Array.isArray(calls) ? calls.map((call) => (isJsonObject(call) ? { function: call['function'] } : call)) : []
  return { ...rest, ...(plainCalls.length > 0 && { tool_calls: plainCalls }) }
}

function saysNothing(value: JsonValue | undefined): boolean {
  return value === null || value === '' || JSON.stringify(value) === '{}' || JSON.stringify(value) === '[]'
}

function plainBody({ messages, think: _think, ...rest }: JsonObject): JsonObject {
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => !saysNothing(value)))
  return { ...said, messages: Array.isArray(messages) ? messages.map(plainMessage) : [] }
}

/** Recorded before Ollama had a field for the name of the tool that a result answers; we send it always. */
const withoutToolName = new Set(['ollama/tool-result/llama3-1-031489'])

function comparable(body: JsonObject, id: string): unknown {
  return JSON.parse(JSON.stringify(plainBody(body)), (key, value: unknown) =>
    key === 'tool_name' && withoutToolName.has(id) ? undefined : value,
  )
}

const capabilities = typeof provider.capabilities === 'function' ? provider.capabilities('asked') : provider.capabilities

describe.skipIf(!corpusPresent)('the recorded Ollama exchanges', () => {
  it.each(plain)('reads the whole answer %s', (_id, exchange) => {
    const read = foldResponse(ollama, parseJson(exchange.response.body))
    expectRecorded(read, exchange)
    expect(read.model).toBe(exchange.expected.model)
  })

  it.each(streams)('reads the stream %s', (_id, exchange) => {
    const whole = decodeStream(ollama, bytesOf(exchange), { size: exchange.response.body.length })
    expectRecorded(fold(whole), exchange)
    expect(fold(whole).model).toBe(exchange.expected.model)
    expect(decodeStream(ollama, bytesOf(exchange), { size: 7 })).toEqual(whole)
  })

  it.each(errors)('reads the error %s', (_id, exchange) => {
    const { status, headers, body } = exchange.response
    const upstreamError = ollama.fromError(status, headers, parseJson(body))
    expect(upstreamError.message).toBe(exchange.expected.error.message)
    const codes: Readonly<Record<number, string>> = { 404: 'model_not_found', 500: 'upstream_error' }
    expect(failurePolicies[classifyFailure(status, upstreamError, provider.failures)].code).toBe(codes[status])
  })

  it.each(requests)('writes the request %s', (id, exchange) => {
    const request = fromOpenAiRequest(exchange.openai_request)
    const written = ollama.upstream.toRequest(request, {
      model: request.model,
      capabilities,
      stream: request.stream === true,
    })
    expect(written.dropped).toEqual([])
    expect(comparable(written.body, id)).toEqual(comparable(exchange.request.body, id))
  })

  it.each(embeddings)('reads the embeddings %s', (_id, exchange) => {
    const read = ollama.codecs?.embeddings?.fromResponse(parseJson(exchange.response.body), countingContext(), { model: '', input: [] })
    expect(read?.vectors).toHaveLength(exchange.expected.count)
    expect(read?.vectors[0]).toHaveLength(exchange.expected.dims)
    expect(read?.vectors[0]?.slice(0, 4)).toEqual(exchange.expected.head)
  })

  it.each(models)('reads the model list %s', (_id, exchange) => {
    const page = ollama.models?.fromResponse(parseJson(exchange.response.body))
    expect(page?.models.map(({ id }) => id)).toEqual(exchange.expected.ids)
  })
})
