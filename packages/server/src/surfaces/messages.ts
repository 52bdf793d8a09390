import { anthropicMessagesClient } from '@proxyapi/core/dialects'
import * as v from 'valibot'
import { flag, integerWithin, modelName, numberWithin, parseBody, type Surface } from './surface.ts'

const entries = {
  model: modelName,
  messages: v.pipe(v.array(v.looseObject({ role: v.string() })), v.minLength(1)),
  system: v.nullish(v.union([v.string(), v.array(v.looseObject({ type: v.string() }))])),
  tools: v.nullish(v.array(v.looseObject({}))),
  tool_choice: v.nullish(v.looseObject({ type: v.string() })),
  thinking: v.nullish(v.looseObject({ type: v.string() })),
}

const schema = v.looseObject({
  ...entries,
  max_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
  stream: flag,
  temperature: numberWithin(0, 1),
  top_p: numberWithin(0, 1),
  top_k: integerWithin(0, 1_000_000),
  stop_sequences: v.nullish(v.array(v.string())),
  metadata: v.nullish(v.looseObject({})),
})

/** The body of `count_tokens`: a request without its limits. */
export const countTokensSchema = v.looseObject(entries)

const answer = v.looseObject({
  id: v.string(),
  type: v.literal('message'),
  role: v.literal('assistant'),
  model: v.string(),
  content: v.array(v.looseObject({ type: v.string() })),
  stop_reason: v.nullable(v.string()),
  usage: v.looseObject({ input_tokens: v.number(), output_tokens: v.number() }),
})

/** Anthropic Messages. */
export const messages: Surface = {
  path: '/v1/messages',
  summary: 'Anthropic Messages over every provider, whole or as a stream.',
  operation: 'chat',
  schema,
  answer,
  dialect: 'anthropic-messages',
  client: anthropicMessagesClient,
  includeUsage: () => true,
  parse: (body) => {
    parseBody(schema, body)
    return body as Readonly<Record<string, unknown>> // looseObject has just proven it
  },
}
