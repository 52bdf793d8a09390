import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras } from '../shared/extras.ts'
import { toGeminiContents, toSystemInstruction } from './parts.ts'

/** Thinking tokens for OpenAI's efforts (Google's own OpenAI compatibility table, ai.google.dev/gemini-api/docs/openai, 2026-05). */
const budgets = { none: 0, minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: 32_768 } as const

function toTools(request: ChatRequest): JsonObject {
  const declarations = (request.tools ?? []).flatMap((tool) =>
    tool.type === 'function'
      ? [
          {
            name: tool.name,
            ...(tool.description !== undefined && { description: tool.description }),
            ...(tool.parameters !== undefined && Object.keys(tool.parameters).length > 0 && { parametersJsonSchema: tool.parameters }),
          },
        ]
      : [],
  )
  const own = (request.tools ?? []).flatMap((tool) => (tool.type === 'vendor' && tool.dialect === 'gemini' ? [tool.definition] : []))
  const tools = [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...own]
  return tools.length === 0 ? {} : { tools, ...toToolConfig(request) }
}

function toToolConfig({ toolChoice }: ChatRequest): JsonObject {
  if (toolChoice === undefined) return {}
  const config =
    typeof toolChoice === 'object'
      ? { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
      : { mode: toolChoice === 'required' ? 'ANY' : toolChoice.toUpperCase() }
  return { toolConfig: { functionCallingConfig: config } }
}

/** Gemini 3 takes a level, those before it a budget. */
function toThinking({ reasoning }: ChatRequest, model: string): JsonObject {
  if (reasoning === undefined) return {}
  const shown = reasoning.summary === 'none' ? {} : { includeThoughts: true }
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return { thinkingConfig: { thinkingBudget: 0 } }
  const { effort, budgetTokens } = reasoning
  if (budgetTokens !== undefined) return { thinkingConfig: { thinkingBudget: budgetTokens, ...shown } }
  if (effort === undefined) return { thinkingConfig: shown }
  const level = effort === 'minimal' || effort === 'low' ? 'low' : 'high'
  return { thinkingConfig: /gemini-3/.test(model) ? { thinkingLevel: level, ...shown } : { thinkingBudget: budgets[effort], ...shown } }
}

function toFormat({ responseFormat }: ChatRequest): Readonly<Record<string, JsonValue>> {
  if (responseFormat === undefined || responseFormat.type === 'text') return {}
  return {
    responseMimeType: 'application/json',
    ...(responseFormat.type === 'json_schema' && { responseJsonSchema: responseFormat.schema }),
  }
}

function toConfig(request: ChatRequest, model: string): JsonObject {
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    candidateCount: request.n,
    stopSequences: request.stop,
    seed: request.seed,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    responseLogprobs: request.logprobs,
    logprobs: request.topLogprobs,
    ...toFormat(request),
    ...toThinking(request, model),
  }
  const config = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return Object.keys(config).length === 0 ? {} : { generationConfig: config }
}

/** Writes a request for `generateContent`; model and streaming stand in the path. */
export function toGeminiRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const system = toSystemInstruction(request.messages)
  const body: JsonObject = {
    ...(request.extras?.dialect === 'gemini' ? request.extras.fields : {}),
    contents: toGeminiContents(request.messages),
    ...(system !== undefined && { systemInstruction: system }),
    ...toTools(request),
    ...toConfig(request, target.model),
  }
  const dropped = droppedParameters(request, [
    'logitBias',
    'user',
    'serviceTier',
    'metadata',
    'verbosity',
    'promptCacheKey',
    'parallelToolCalls',
  ])
  return { body, dropped: [...dropped, ...foreignExtras(request, 'gemini')] }
}
