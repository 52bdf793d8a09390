import type { Call } from '../call/call.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../embedding/embedding.ts'
import { badAnswer } from '../errors/provider-error.ts'
import { readBody } from '../transport/read-body.ts'
import { parseJson } from '../wire/json.ts'
import { capabilitiesOf, type Endpoint, pathTarget, toTransportRequest, withOutgoingHeaders } from './encode-call.ts'
import { refusalOf, silence, toProviderError } from './provider-failure.ts'
import type { ProviderWorld } from './provider-world.ts'
import { applyQuirks } from './quirks.ts'

const maxBytes = 64 * 1024 * 1024

/** One embeddings call. `request.model` is the provider's own id. @throws ProviderError */
export async function callEmbeddings(
  endpoint: Endpoint,
  asked: { readonly request: EmbeddingRequest; readonly call: Call },
  world: ProviderWorld,
): Promise<EmbeddingResponse> {
  const { definition, options } = endpoint
  const { request, call } = asked
  const embeddings = definition.dialect.codecs?.embeddings
  const path = definition.paths.embeddings?.(pathTarget(endpoint, request.model, false))
  if (embeddings === undefined || path === undefined) throw badAnswer(`The provider "${options.name}" has no embeddings.`)
  const encoded = applyQuirks(
    embeddings.toRequest(request, { model: request.model, capabilities: capabilitiesOf(definition, request.model), stream: false }),
    definition.quirks,
  )
  const outgoing = await toTransportRequest(endpoint, path, JSON.stringify(encoded.body))
  const exchange = world.transport.send(withOutgoingHeaders(outgoing, call))
  call.lease(call.onAbort(exchange.abort))
  call.lease(world.deps.setTimer(() => exchange.abort(silence(options.name, 'no answer')), endpoint.timeouts.plainMs))
  try {
    const answer = await exchange.answer
    const text = new TextDecoder().decode(await readBody(answer.body, maxBytes))
    const body = parseJson(text)
    const refusal = refusalOf(endpoint, answer, body ?? text)
    if (refusal !== undefined) throw refusal
    for (const name of encoded.dropped) call.dropped.add(name)
    return embeddings.fromResponse(body, { model: request.model, newId: world.deps.newId, headers: answer.headers }, request)
  } catch (error) {
    exchange.abort(error)
    throw toProviderError(error, options.name)
  }
}
