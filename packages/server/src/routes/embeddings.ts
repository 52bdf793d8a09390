import { type EmbeddingRequest, embeddings, InvalidRequestError, toBase64Floats } from '@proxyapi/core'
import * as v from 'valibot'
import { type AdmissionDeps, admit } from '../admission/admit.ts'
import type { Exchange, Sent } from '../http/exchange.ts'
import { readJsonBody } from '../http/read-body.ts'
import { assertAllowed } from '../request/controls.ts'
import { type CallDeps, startCall } from '../request/open-call.ts'
import { provenanceHeaders } from '../request/response-headers.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { integerWithin, parseBody, text } from '../surfaces/surface.ts'

/** OpenAI's own bound on one request. */
const maxInputs = 2048

const schema = v.looseObject({
  model: v.pipe(v.string(), v.minLength(1)),
  input: v.union([v.string(), v.array(v.string()), v.array(v.number()), v.array(v.array(v.number()))]),
  encoding_format: v.nullish(v.picklist(['float', 'base64'])),
  dimensions: integerWithin(1, 100_000),
  user: text,
  input_type: v.nullish(v.picklist(['search_document', 'search_query', 'classification', 'clustering'])),
})

const answer = v.object({
  object: v.literal('list'),
  data: v.array(v.object({ object: v.literal('embedding'), index: v.number(), embedding: v.union([v.string(), v.array(v.number())]) })),
  model: v.string(),
  usage: v.object({ prompt_tokens: v.number(), total_tokens: v.number() }),
})

type Body = v.InferOutput<typeof schema>

function inputOf(input: Body['input']): EmbeddingRequest['input'] {
  if (typeof input === 'string') return [input]
  if (input.length === 0) throw new InvalidRequestError('input is empty: at least one text is needed.', 'input')
  if (input.length > maxInputs && typeof input[0] !== 'number')
    throw new InvalidRequestError(`input has ${input.length} entries; allowed: ${maxInputs}.`, 'input')
  // A list of numbers is one text, cut into tokens.
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]) // told apart by the first entry; the schema allows no mixture
}

function toRequest(body: Body): EmbeddingRequest {
  return {
    model: body.model,
    input: inputOf(body.input),
    dimensions: body.dimensions ?? undefined,
    user: body.user ?? undefined,
    inputType: body.input_type ?? undefined,
  }
}

async function embed(exchange: Exchange, calls: CallDeps, admission: AdmissionDeps): Promise<Sent> {
  await admit(exchange, admission)
  const body = parseBody(schema, await readJsonBody(exchange, admission.maxBodyBytes))
  const controls = assertAllowed(exchange, body.model)
  const request = toRequest(body)
  const opened = startCall(exchange, { operation: embeddings, request, controls }, calls)
  const { response: embedded } = await opened.run(calls.engine.handler(embeddings))
  const tokens = embedded.usage ?? { inputTokens: 0, totalTokens: 0 }
  const value = {
    object: 'list',
    data: embedded.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? toBase64Floats(vector) : vector,
    })),
    model: embedded.model,
    usage: { prompt_tokens: tokens.inputTokens, total_tokens: tokens.totalTokens },
  }
  const headers = { 'content-type': 'application/json', ...provenanceHeaders(opened.call, exchange, calls.watch.now()) }
  return exchange.send(200, headers, JSON.stringify(value))
}

/** `POST /v1/embeddings` over every provider that has embeddings. */
export function embeddingsRoute(calls: CallDeps, admission: AdmissionDeps): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/embeddings',
    access: 'user',
    operation: 'embeddings',
    summary: 'Embeds texts over every provider that has embeddings.',
    body: { schema, isReadByHandler: true },
    answer,
    handle: (exchange) => embed(exchange, calls, admission),
  })
}
