import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras } from '../shared/extras.ts'
import { toBedrockMessages, toBedrockSystem } from './messages.ts'

const budgets = { none: 0, minimal: 1_024, low: 1_024, medium: 4_096, high: 16_384, xhigh: 32_000 } as const

function toTools(request: ChatRequest): JsonObject {
  const tools = (request.tools ?? []).flatMap((tool): JsonObject[] => {
    if (tool.type !== 'function') return []
    const schema = { ...tool.parameters, type: 'object', ...(tool.parameters?.['properties'] === undefined && { properties: {} }) }
    const spec = {
      toolSpec: {
        name: tool.name,
        ...(tool.description !== undefined && tool.description !== '' && { description: tool.description }),
        inputSchema: { json: schema },
      },
    }
    return tool.cacheBreakpoint === undefined ? [spec] : [spec, { cachePoint: { type: 'default' } }]
  })
  if (tools.length === 0) return {}
  return { toolConfig: { tools, ...toChoice(request) } }
}

/** There is no `none`: tools stay listed, since the history may hold their calls. */
function toChoice({ toolChoice }: ChatRequest): JsonObject {
  if (toolChoice === undefined || toolChoice === 'none') return {}
  if (typeof toolChoice === 'object') return { toolChoice: { tool: { name: toolChoice.name } } }
  return { toolChoice: toolChoice === 'required' ? { any: {} } : { auto: {} } }
}

function toInference(request: ChatRequest): JsonObject {
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    maxTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    stopSequences: request.stop,
  }
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return Object.keys(set).length === 0 ? {} : { inferenceConfig: set }
}

/** What only some model families know, in their own words. */
function toModelFields(request: ChatRequest, model: string): JsonObject {
  const { reasoning, topK } = request
  const claude = /anthropic\.claude/.test(model)
  const budget =
    reasoning === undefined || reasoning.mode === 'disabled'
      ? 0
      : (reasoning.budgetTokens ?? budgets[reasoning.effort ?? (reasoning.mode === 'enabled' ? 'medium' : 'none')])
  const thinking = claude && budget > 0 ? { thinking: { type: 'enabled', budget_tokens: Math.max(1_024, budget) } } : {}
  const effort = /openai\.gpt-oss/.test(model) && reasoning?.effort !== undefined ? { reasoning_effort: reasoning.effort } : {}
  const fields = {
    ...thinking,
    ...effort,
    ...(topK !== undefined && (claude ? { top_k: topK } : /amazon\.nova/.test(model) ? { inferenceConfig: { topK } } : {})),
  }
  return Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: fields }
}

/** Writes a request for Converse; model and streaming stand in the path. @throws InvalidRequestError for media it has no words for */
export function toBedrockRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const system = toBedrockSystem(request.messages)
  const body: JsonObject = {
    messages: toBedrockMessages(request.messages),
    ...(system.length > 0 && { system }),
    ...toInference(request),
    ...toTools(request),
    ...toModelFields(request, target.model),
  }
  const dropped = droppedParameters(request, [
    'seed',
    'presencePenalty',
    'frequencyPenalty',
    'logprobs',
    'topLogprobs',
    'logitBias',
    'user',
    'serviceTier',
    'metadata',
    'verbosity',
    'promptCacheKey',
    'parallelToolCalls',
    ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
    ...(request.toolChoice === 'none' ? (['toolChoice'] as const) : []),
    ...(request.responseFormat === undefined || request.responseFormat.type === 'text' ? [] : (['responseFormat'] as const)),
  ])
  return { body, dropped: [...dropped, ...foreignExtras(request, 'bedrock-converse')] }
}
