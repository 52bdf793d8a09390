import type { CondenseRequest, ConversationMessage } from '@proxyapi/context'
import { InvalidRequestError } from '@proxyapi/core'
import * as v from 'valibot'
import { parseBody, text } from '../surfaces/surface.ts'

export type CondenseMode = 'extractive' | 'abstractive' | 'auto'

/** A checked body of `POST /api/condense`. */
export interface CondenseBody extends CondenseRequest {
  readonly mode: CondenseMode
  readonly model?: string | undefined
}

export interface CondenseDefaults {
  readonly maxTokens: number
  /** Writes summaries when the body names no model. */
  readonly model?: string | undefined
}

const part = v.looseObject({ type: v.string(), text: v.optional(v.string()) })
const call = v.looseObject({
  id: v.string(),
  type: v.optional(v.string()),
  function: v.optional(v.looseObject({ name: v.string(), arguments: v.string() })),
})

const message = v.looseObject({
  role: v.picklist(['system', 'developer', 'user', 'assistant', 'tool']),
  content: v.nullish(v.union([v.string(), v.array(part)])),
  tool_calls: v.nullish(v.array(call)),
  tool_call_id: v.optional(v.string()),
  name: v.optional(v.string()),
})

export const condenseSchema = v.looseObject({
  messages: v.array(message),
  max_tokens: v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  model: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  mode: v.nullish(v.picklist(['extractive', 'abstractive', 'auto'])),
  query: text,
  format: v.nullish(v.picklist(['summary', 'messages'])),
})

function modeOf(mode: CondenseMode | null | undefined, model: string | undefined): CondenseMode {
  if (mode === 'abstractive' && model === undefined)
    throw new InvalidRequestError(
      'mode is "abstractive", but no model is to write: name one in "model" or in the configuration\'s condensation.model.',
      'model',
    )
  // Without a model, only the extractive mode is available.
  return model === undefined ? 'extractive' : (mode ?? 'extractive')
}

/** @throws InvalidRequestError naming the field, what was found and what is allowed */
export function parseCondenseBody(body: unknown, defaults: CondenseDefaults): CondenseBody {
  const { max_tokens: maxTokens, model, mode, query, format } = parseBody(condenseSchema, body)
  return {
    // The client's own messages, fields and their order included: the schema has seen every field that is read.
    messages: (body as { readonly messages: readonly ConversationMessage[] }).messages,
    maxTokens: maxTokens ?? defaults.maxTokens,
    model: model ?? defaults.model,
    mode: modeOf(mode, model ?? defaults.model),
    query: query ?? undefined,
    format: format ?? undefined,
  }
}
