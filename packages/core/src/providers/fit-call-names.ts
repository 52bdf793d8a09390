import type { TargetHandler } from '../call/operation.ts'
import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import { sourceOf, withSource } from '../chat/source.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { type CallNames, callNamesFor, withCallNames } from '../dialects/shared/renamed-calls.ts'

/*
 * Tools with names that a provider does not take, and calls of a history made elsewhere, get other names for one request; the answer
 * speaks of them by the client's. Works over every dialect, since it only sees neutral requests and chunks.
 */

type ChatTargetHandler = TargetHandler<ChatRequest, ChatAnswer>

/** The request that is sent; `undefined` for a client's own body in a dialect that can't rename in it. */
function renamedRequest(request: ChatRequest, callNames: CallNames, dialect: Dialect): ChatRequest | undefined {
  const source = sourceOf(request)
  if (source?.dialect !== dialect.id) return withCallNames(request, callNames)
  const { withOwnCallNames } = dialect.upstream
  if (withOwnCallNames === undefined) return undefined
  return withSource(withCallNames(request, callNames), { ...source, body: withOwnCallNames(source.body, callNames), bytes: undefined })
}

type Names = ReadonlyMap<string, string>

function toClientResponse(response: ChatResponse, given: Names): ChatResponse {
  const choices = response.choices.map((choice) => ({
    ...choice,
    toolCalls: choice.toolCalls.map((call) => ({ ...call, name: given.get(call.name) ?? call.name })),
  }))
  return { ...response, choices }
}

function toClientChunk(chunk: ChatChunk, given: Names): ChatChunk {
  return chunk.type === 'tool-call-start' ? { ...chunk, name: given.get(chunk.name) ?? chunk.name } : chunk
}

async function* toClientBatches(batches: AsyncIterable<ChunkBatch>, given: Names): AsyncGenerator<ChunkBatch> {
  for await (const { chunks } of batches) yield { chunks: chunks.map((chunk) => toClientChunk(chunk, given)) }
}

/** The answer in the client's names; its own bytes have others. */
function toClientAnswer(answer: ChatAnswer, names: Names): ChatAnswer {
  if (names.size === 0) return answer
  const given = new Map([...names].map(([name, sent]) => [sent, name]))
  if (answer.type === 'whole') {
    const isRenamed = answer.response.choices.some(({ toolCalls }) => toolCalls.some(({ name }) => given.has(name)))
    return isRenamed ? { type: 'whole', response: toClientResponse(answer.response, given) } : answer
  }
  return { ...answer, batches: toClientBatches(answer.batches, given) }
}

/** Fits names of tools and ids of calls to what a provider takes. */
export function withFittingCallNames(handler: ChatTargetHandler, dialect: Dialect, capabilities: Capabilities): ChatTargetHandler {
  if (capabilities.toolNames === undefined && capabilities.toolCallIds === undefined) return handler
  const renamed = async (
    sent: ChatRequest,
    { names, ids }: CallNames,
    [, call, attempt]: Parameters<ChatTargetHandler>,
  ): Promise<ChatAnswer> => {
    const answer = await handler(sent, call, attempt)
    const changed = [...(names.size > 0 ? ['tools'] : []), ...(ids.size > 0 ? ['tool_call_id'] : [])]
    call.changed = new Set([...(call.changed ?? []), ...changed])
    return toClientAnswer(answer, names)
  }
  return (...given) => {
    const [request] = given
    const callNames = callNamesFor(request, capabilities)
    const sent = callNames && renamedRequest(request, callNames, dialect)
    return sent === undefined || callNames === undefined ? handler(...given) : renamed(sent, callNames, given)
  }
}
