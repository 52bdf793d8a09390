import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import { toClaudeSchema } from '../claude/schema.ts'
import { toStopSequences } from '../claude/stop-sequences.ts'
import { type ClaudeThinking, toOutputLimit } from '../claude/thinking.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { droppedParameters } from '../shared/dropped.ts'

const unknown = [
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'logprobs',
  'topLogprobs',
  'logitBias',
  'serviceTier',
  'metadata',
  'verbosity',
  'promptCacheKey',
] as const

/** Anthropic requires `max_tokens`; this is sent when the client names none and the model's largest output is not known. */
const defaultMaxTokens = 4_096

function toFormat({ responseFormat }: ChatRequest): { readonly format?: JsonObject; readonly changed: readonly string[] } {
  if (responseFormat?.type !== 'json_schema') return { changed: [] }
  const { schema, isLossy } = toClaudeSchema(responseFormat.schema)
  return { format: { type: 'json_schema', schema }, changed: isLossy ? ['response_format'] : [] }
}

function toOutputConfig({ extras }: ChatRequest, fields: JsonObject): JsonObject {
  const own = extras?.dialect === 'anthropic-messages' ? readObject(extras.fields, 'output_config') : undefined
  const config = { ...own, ...fields }
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

/** The parameters of a request that has been fitted to its target. */
export function toAnthropicParameters(
  request: ChatRequest,
  { thinking, effort, budgetTokens }: ClaudeThinking,
  { capabilities }: EncodeTarget,
): EncodedRequest {
  const largest = capabilities.limits?.maxTokens
  const limit = toOutputLimit(request.maxTokens ?? largest ?? defaultMaxTokens, budgetTokens, largest)
  const { stop, changed } = toStopSequences(request)
  const format = toFormat(request)
  const isMany = request.n !== undefined && request.n > 1
  return {
    body: {
      ...definedFields({
        max_tokens: limit.maxTokens,
        temperature: request.temperature,
        top_p: request.topP,
        top_k: request.topK,
        stop_sequences: stop.length > 0 ? stop : undefined,
        thinking,
        metadata: request.user === undefined ? undefined : { user_id: request.user },
      }),
      ...toOutputConfig(request, definedFields({ effort, format: format.format })),
    },
    dropped: droppedParameters(request, [
      ...unknown,
      ...(isMany ? (['n'] as const) : []),
      ...(request.responseFormat?.type === 'json_object' ? (['responseFormat'] as const) : []),
    ]),
    changed: [...(request.maxTokens === undefined ? [] : limit.changed), ...changed, ...format.changed],
  }
}
