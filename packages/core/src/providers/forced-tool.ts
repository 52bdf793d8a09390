import type { TargetHandler } from '../call/operation.ts'
import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { FunctionTool } from '../chat/message.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse, Choice } from '../chat/response.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import { isReasoningOff } from '../dialects/shared/reasoning-wish.ts'

/*
 * A provider that can't hold an answer to a schema can be made to call a tool with that schema, and one without a JSON mode
 * to call a tool that takes any object. The request is given the tool and the order to call it; the call's arguments come
 * back as the answer's text. Works over every dialect, since it only sees neutral requests and chunks.
 */
const fallbackName = 'structured_response'

function toolName(request: ChatRequest): string {
  const given = request.responseFormat?.type === 'json_schema' ? request.responseFormat.name : fallbackName
  return /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : fallbackName
}

function lacksFormat({ responseFormat }: ChatRequest, { jsonSchema, jsonObject }: Capabilities): boolean {
  if (responseFormat?.type === 'json_schema') return jsonSchema === 'forced-tool'
  return responseFormat?.type === 'json_object' && !jsonObject
}

/** Whether the form must be forced: not when the client brings tools of its own, whose calls could not be told apart. */
function mustForce(request: ChatRequest, capabilities: Capabilities): boolean {
  return lacksFormat(request, capabilities) && capabilities.tools && (request.tools ?? []).length === 0
}

function toTool(request: ChatRequest): FunctionTool {
  const format = request.responseFormat
  const name = toolName(request)
  if (format?.type === 'json_schema') {
    const description = format.description ?? 'Gives the answer in the required form.'
    return { type: 'function', name, description, parameters: format.schema }
  }
  const description = 'Gives the answer: one JSON object with the fields that were asked for.'
  return { type: 'function', name, description, parameters: { type: 'object', properties: {}, additionalProperties: true } }
}

/** Models that can't be forced while they reason are told not to. */
function mustRest({ reasoning }: Capabilities): boolean {
  return reasoning?.refusesForcedTools === true && reasoning.mode === 'optional'
}

function withTool(request: ChatRequest, capabilities: Capabilities): ChatRequest {
  const tool = toTool(request)
  return {
    ...request,
    responseFormat: undefined,
    tools: [tool],
    toolChoice: { name: tool.name },
    parallelToolCalls: capabilities.parallelTools ? false : undefined,
    reasoning: mustRest(capabilities) ? { mode: 'disabled' } : request.reasoning,
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

/** One answer of a stream: what it says beside the call counts only where no call came. */
interface ForcedChoice {
  isCalled: boolean
  words: string
}

function toTextChunk(choices: Map<number, ForcedChoice>, chunk: ChatChunk): readonly ChatChunk[] {
  if (!('choice' in chunk)) return [chunk]
  const choice = choices.get(chunk.choice) ?? { isCalled: false, words: '' }
  choices.set(chunk.choice, choice)
  switch (chunk.type) {
    case 'tool-call-start':
      choice.isCalled = true
      return []
    case 'text-delta':
      choice.words += chunk.text
      return []
    case 'tool-call-delta':
      return chunk.index === 0 ? [{ type: 'text-delta', choice: chunk.choice, text: chunk.argumentsText }] : []
    case 'finish': {
      const finish: ChatChunk = {
        ...chunk,
        finish: chunk.finish.reason === 'tool_calls' ? { ...chunk.finish, reason: 'stop' } : chunk.finish,
      }
      const isSaid = !choice.isCalled && choice.words !== ''
      return isSaid ? [{ type: 'text-delta', choice: chunk.choice, text: choice.words }, finish] : [finish]
    }
    default:
      return [chunk]
  }
}

async function* toTextBatches(batches: AsyncIterable<ChunkBatch>): AsyncGenerator<ChunkBatch> {
  const choices = new Map<number, ForcedChoice>()
  for await (const batch of batches) {
    const chunks = batch.chunks.flatMap((chunk) => toTextChunk(choices, chunk))
    if (chunks.length > 0) yield { chunks }
  }
}

function toTextAnswer(answer: ChatAnswer): ChatAnswer {
  if (answer.type === 'whole') return { type: 'whole', response: toTextResponse(answer.response) }
  return { ...answer, batches: toTextBatches(answer.batches) }
}

/** Forces the form of an answer where the provider can't keep it; elsewhere the handler itself. */
export function withForcedTool(
  handler: TargetHandler<ChatRequest, ChatAnswer>,
  capabilities: Capabilities,
): TargetHandler<ChatRequest, ChatAnswer> {
  if (capabilities.jsonSchema !== 'forced-tool' && capabilities.jsonObject) return handler
  const forced = async (...[request, call, attempt]: Parameters<typeof handler>): Promise<ChatAnswer> => {
    const answer = toTextAnswer(await handler(withTool(request, capabilities), call, attempt))
    call.changed = new Set([...(call.changed ?? []), 'response_format'])
    const { reasoning } = request
    if (reasoning !== undefined && mustRest(capabilities) && !isReasoningOff(reasoning)) call.dropped.add('reasoning_effort')
    return answer
  }
  return (request, call, attempt) => (mustForce(request, capabilities) ? forced(request, call, attempt) : handler(request, call, attempt))
}
