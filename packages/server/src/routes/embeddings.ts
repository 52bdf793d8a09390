import { type EmbeddingRequest, embeddings, InvalidRequestError, toBase64Floats } from '@proxyapi/core'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { Runtime } from '../gateway/runtime.ts'
import { readJsonBody } from '../http/read-body.ts'
import { reply } from '../http/reply.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { provenanceHeaders } from '../request/response-headers.ts'
import { integerWithin, parseBody, text } from '../surfaces/surface.ts'
import { assertAllowed, openCallFor, withPlace } from './chat.ts'

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

type Body = v.InferOutput<typeof schema>

function inputOf(input: Body['input']): EmbeddingRequest['input'] {
  if (typeof input === 'string') return [input]
  if (input.length === 0) throw new InvalidRequestError('input is empty: at least one text is needed.', 'input')
  if (input.length > maxInputs && typeof input[0] !== 'number')
    throw new InvalidRequestError(`input has ${input.length} entries; allowed: ${maxInputs}.`, 'input')
  // A list of numbers is one text, cut into tokens.
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]) // told apart by the first entry; the schema allows no mixture
}

/** `POST /v1/embeddings` over every provider that has embeddings. */
export function embeddingsRoute(runtime: Runtime): (c: Context<GatewayEnv>) => Promise<Response> {
  const answer = async (c: Context<GatewayEnv>): Promise<Response> => {
    const body = parseBody(schema, await readJsonBody(c, runtime.maxBodyBytes))
    assertAllowed(c, body.model)
    const request: EmbeddingRequest = {
      model: body.model,
      input: inputOf(body.input),
      dimensions: body.dimensions ?? undefined,
      user: body.user ?? undefined,
      inputType: body.input_type ?? undefined,
    }
    const opened = openCallFor(c, { operation: embeddings, request }, { runtime })
    const { response: embedded } = await opened.run(runtime.engine.handler(embeddings))
    const tokens = embedded.usage ?? { inputTokens: 0, totalTokens: 0 }
    const data = embedded.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? toBase64Floats(vector) : vector,
    }))
    const value = {
      object: 'list',
      data,
      model: embedded.model,
      usage: { prompt_tokens: tokens.inputTokens, total_tokens: tokens.totalTokens },
    }
    const stations = {
      startedAtMs: c.get('startedAtMs'),
      authorizedAtMs: c.get('authorizedAtMs'),
      admittedAtMs: c.get('admittedAtMs'),
      answeredAtMs: runtime.deps.now(),
    }
    return reply(c, {
      status: 200,
      headers: { 'content-type': 'application/json', ...provenanceHeaders(opened.call, stations) },
      body: JSON.stringify(value),
    })
  }
  return (c) => withPlace(c, runtime, () => answer(c))
}
