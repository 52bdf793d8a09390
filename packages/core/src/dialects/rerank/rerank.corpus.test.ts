import { describe, expect, it } from 'vitest'
import type { RerankRequest } from '../../operations/rerank.ts'
import { everything } from '../../providers/capability-rows.ts'
import { builtInDefinitions } from '../../providers/registry.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { type SurfaceExchange, surfaceCorpusPresent, surfaceExchangesOf } from '../shared/__fixtures__/corpus.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fromClientRerank } from './client.ts'

/** The provider types that serve the corpus's providers. */
const types: Readonly<Record<string, string>> = {
  cohere: 'cohere',
  voyage: 'voyage',
  jina: 'jina',
  together: 'together',
  openrouter: 'openrouter',
  bedrock: 'bedrock',
  llamacpp: 'openai_compatible',
}
const rows = Object.entries(types).flatMap(([provider, type]) =>
  surfaceExchangesOf(provider, 'rerank').map(([id, exchange]) => ({
    id,
    exchange,
    row: builtInDefinitions.find((row) => row.type === type),
  })),
)
const answered = rows.filter(({ exchange }) => exchange.response.status === 200)
const refused = rows.filter(({ exchange }) => exchange.response.status >= 400)
const written = answered.filter(({ exchange }) => exchange.client_request !== null && exchange.client_request?.body !== undefined)

/** The texts of the agent runtime's form. */
function sourceText(source: unknown): string {
  const inline = isJsonObject(source) ? readObject(source, 'inlineDocumentSource') : undefined
  return readString(readObject(inline ?? {}, 'textDocument') ?? {}, 'text') ?? ''
}

/** The request as it was sent, whatever its form. */
function neutral({ request, client_request: client }: SurfaceExchange): RerankRequest {
  const body = client?.body ?? request.body
  const documents = readArray(body, 'documents') ?? (readArray(body, 'sources') ?? []).map(sourceText)
  return fromClientRerank({
    model: 'm',
    query: 'q',
    ...body,
    documents,
    top_n: readNumber(body, 'top_n') ?? readNumber(body, 'top_k') ?? null,
  })
}

/** What the encoder need not write as the source did: the model is named by the path, or by us. */
function comparable(body: JsonObject, { gateway, request }: SurfaceExchange): JsonObject {
  const lost = new Set(gateway?.request_loses)
  const entries = Object.entries(body).filter(([name]) => !lost.has(name) && (name !== 'model' || 'model' in request.body))
  return Object.fromEntries(entries)
}

describe.skipIf(!surfaceCorpusPresent)('the recorded rerank exchanges', () => {
  it('are all there', () => {
    expect([answered.length, refused.length]).toEqual([26, 10])
  })

  it.each(answered)('reads the answer $id', ({ exchange, row }) => {
    const { expected, response } = exchange
    const context = { ...countingContext('asked'), headers: response.headers }
    const read = row?.dialect.codecs?.rerank?.fromResponse(parseJson(response.body), context, neutral(exchange))
    expect(read?.results.map(({ index }) => index)).toEqual(expected.order)
    // The older recordings expect the order only.
    const results = (expected.results ?? []).map(({ index, score, document }) => ({
      index,
      relevanceScore: score,
      ...(document !== undefined && { document: { text: document } }),
    }))
    if (results.length > 0) expect(read?.results).toEqual(results)
    expect(read?.model).toBe(expected.model ?? 'asked')
    expect(read?.id).toBe(expected.id ?? read?.id)
    if (expected.usage?.search_units !== undefined) expect(read?.usage?.searchUnits).toBe(expected.usage.search_units)
    if (expected.usage?.total_tokens !== undefined) expect(read?.usage?.totalTokens).toBe(expected.usage.total_tokens)
  })

  it.each(written)('writes the request $id', ({ exchange, row }) => {
    const request = neutral(exchange)
    const target = { model: request.model, capabilities: everything, stream: false }
    const { body, dropped } = row?.dialect.codecs?.rerank?.toRequest(request, target) ?? { body: {}, dropped: [] }
    expect(dropped).toEqual([])
    expect(comparable(body, exchange)).toEqual(comparable(exchange.request.body, exchange))
  })

  it.each(refused)('reads the error $id', ({ exchange, row }) => {
    const { status, headers, body } = exchange.response
    const error = row?.dialect.fromError(status, headers, parseJson(body))
    expect(error?.message).toBe(exchange.expected.error.message)
  })
})
