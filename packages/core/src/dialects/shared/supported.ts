import type { DialectId } from '../../chat/dialect-id.ts'
import type { ChatParameterName, ChatParameters, ChatRequest, ResponseFormat } from '../../chat/request.ts'
import type { Capabilities } from '../capabilities.ts'
import { droppedParameters, spelled } from './dropped.ts'
import { withinLimits } from './limits.ts'
import { losesCacheMarks } from './lost-cache-marks.ts'
import { isReasoning } from './reasoning-wish.ts'

/** A request as its provider takes it, and what became of its parameters, in the client's spelling. */
export interface SupportedRequest {
  readonly request: ChatRequest
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

type Draft = { -readonly [Name in keyof ChatRequest]: ChatRequest[Name] }

function takesFormat(format: ResponseFormat, capabilities: Capabilities): boolean {
  if (format.type === 'json_schema') return capabilities.jsonSchema === 'native'
  return format.type === 'text' || capabilities.jsonObject
}

/** A choice and its kin mean nothing, and are refused, without the tools that they are about. */
function unusedToolParameters({ tools = [], toolChoice }: ChatRequest, own: DialectId): readonly ChatParameterName[] {
  const lost = tools.filter((tool) => tool.type === 'vendor' && tool.dialect !== own)
  if (lost.length === tools.length) return ['toolChoice', 'parallelToolCalls']
  const isLost =
    typeof toolChoice === 'object' && lost.some((tool) => tool.type === 'vendor' && tool.definition['name'] === toolChoice.name)
  return isLost ? ['toolChoice'] : []
}

/** The temperature that models have by themselves, which none refuses. */
const usualTemperature = 1

const samplingParameters: readonly ChatParameterName[] = [
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'logitBias',
  'logprobs',
  'topLogprobs',
]

function refusedSampling(request: ChatRequest, { sampling, reasoning }: Capabilities): readonly ChatParameterName[] {
  if (sampling === 'none' || (reasoning?.fixedSampling === true && isReasoning(request.reasoning, reasoning))) {
    return request.temperature === usualTemperature ? samplingParameters.filter((name) => name !== 'temperature') : samplingParameters
  }
  return sampling === 'one' && request.temperature !== undefined ? ['topP'] : []
}

/** Only Chat Completions has a word for who says a message. */
function losesNames({ messages }: ChatRequest, { refusedMessageFields }: Capabilities, own: DialectId): boolean {
  if (own === 'openai-chat' && refusedMessageFields?.includes('name') !== true) return false
  return messages.some((message) => message.role !== 'tool' && message.name !== undefined)
}

function refusedParameters(request: ChatRequest, capabilities: Capabilities, own: DialectId): ReadonlySet<ChatParameterName> {
  const { responseFormat, toolChoice, parallelToolCalls } = request
  const refused = new Set([...(capabilities.unsupported ?? []), ...refusedSampling(request, capabilities)])
  if (responseFormat !== undefined && !takesFormat(responseFormat, capabilities)) refused.add('responseFormat')
  if (toolChoice !== undefined || parallelToolCalls !== undefined) {
    for (const name of unusedToolParameters(request, own)) refused.add(name)
  }
  return refused
}

/**
 * Fits a request to what its provider takes: parameters that it refuses are left out, those that depend on tools follow them, and values
 * beyond its limits are lowered. `own` is the dialect that the request is written in. For requests that are translated: a client of the
 * provider's own dialect is not corrected.
 */
export function supportedRequest(request: ChatRequest, capabilities: Capabilities, own: DialectId): SupportedRequest {
  const refused = refusedParameters(request, capabilities, own)
  const limited: ChatParameters = withinLimits(request, capabilities)
  const changed = Object.keys(limited) as ChatParameterName[] // `limited` has no other fields
  const lost = [
    ...(losesCacheMarks(request, capabilities) ? ['cache_control'] : []),
    ...(losesNames(request, capabilities, own) ? ['name'] : []),
  ]
  if (refused.size === 0 && changed.length === 0) return { request, dropped: lost, changed: [] }
  const draft: Draft = { ...request, ...limited }
  for (const name of refused) draft[name] = undefined
  return {
    request: draft,
    dropped: [...droppedParameters(request, [...refused]), ...lost],
    changed: changed.filter((name) => !refused.has(name)).map(spelled),
  }
}
