import type { TargetHandler } from '../call/operation.ts'
import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse, Choice } from '../chat/response.ts'
import type { Capabilities } from '../dialects/capabilities.ts'

/*
 * A provider that can't hold an answer to a schema can be made to call a tool with that schema. The request is given the
 * tool and the order to call it; the call's arguments come back as the answer's text. Works over every dialect, since it
 * only sees neutral requests and chunks.
 */
const fallbackName = 'structured_response'

function toolName(request: ChatRequest): string {
  const given = request.responseFormat?.type === 'json_schema' ? request.responseFormat.name : fallbackName
  return /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : fallbackName
}

/** Whether the schema must be forced: not when the client brings tools of its own, whose calls could not be told apart. */
function mustForce(request: ChatRequest, capabilities: Capabilities): boolean {
  return (
    request.responseFormat?.type === 'json_schema' &&
    capabilities.jsonSchema === 'forced-tool' &&
    capabilities.tools &&
    (request.tools ?? []).length === 0
  )
}

function withTool(request: ChatRequest): ChatRequest {
  const format = request.responseFormat
  if (format?.type !== 'json_schema') return request
  const name = toolName(request)
  const description = format.description ?? 'Gives the answer in the required form.'
  return {
    ...request,
    responseFormat: undefined,
    tools: [{ type: 'function', name, description, parameters: format.schema }],
    toolChoice: { name },
    parallelToolCalls: false,
  }
}

function toTextChoice(choice: Choice): Choice {
  const call = choice.toolCalls[0]
  if (call === undefined) return choice
  const finish = choice.finish.reason === 'tool_calls' ? { ...choice.finish, reason: 'stop' as const } : choice.finish
  return { ...choice, text: call.argumentsText, toolCalls: [], finish }
}

function toTextResponse(response: ChatResponse): ChatResponse {
  return { ...response, choices: response.choices.map(toTextChoice) }
}

function toTextChunk(chunk: ChatChunk): readonly ChatChunk[] {
  switch (chunk.type) {
    case 'tool-call-start':
    // Words around the call are not part of the answer.
    case 'text-delta':
      return []
    case 'tool-call-delta':
      return [{ type: 'text-delta', choice: chunk.choice, text: chunk.argumentsText }]
    case 'finish':
      return [{ ...chunk, finish: chunk.finish.reason === 'tool_calls' ? { ...chunk.finish, reason: 'stop' } : chunk.finish }]
    default:
      return [chunk]
  }
}

async function* toTextBatches(batches: AsyncIterable<ChunkBatch>): AsyncGenerator<ChunkBatch> {
  for await (const batch of batches) {
    const chunks = batch.chunks.flatMap(toTextChunk)
    if (chunks.length > 0) yield { chunks }
  }
}

function toTextAnswer(answer: ChatAnswer): ChatAnswer {
  if (answer.type === 'whole') return { type: 'whole', response: toTextResponse(answer.response) }
  return { ...answer, batches: toTextBatches(answer.batches) }
}

/** Forces the schema where the provider can't keep one; elsewhere the handler itself. */
export function withForcedTool(
  handler: TargetHandler<ChatRequest, ChatAnswer>,
  capabilities: Capabilities,
): TargetHandler<ChatRequest, ChatAnswer> {
  if (capabilities.jsonSchema !== 'forced-tool') return handler
  const forced = async (...[request, call, attempt]: Parameters<typeof handler>): Promise<ChatAnswer> =>
    toTextAnswer(await handler(withTool(request), call, attempt))
  return (request, call, attempt) => (mustForce(request, capabilities) ? forced(request, call, attempt) : handler(request, call, attempt))
}
