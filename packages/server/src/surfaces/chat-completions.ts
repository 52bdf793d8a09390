import { openAiChatClient } from '@proxyapi/core/dialects'
import * as v from 'valibot'
import { flag, integerWithin, modelName, numberWithin, parseBody, type Surface, text } from './surface.ts'

/** Gross types only: the dialect reads messages and tools itself and names what is wrong in them. */
const schema = v.looseObject({
  model: modelName,
  messages: v.pipe(v.array(v.looseObject({ role: v.string() })), v.minLength(1)),
  stream: flag,
  stream_options: v.nullish(v.looseObject({ include_usage: flag })),
  temperature: numberWithin(0, 2),
  top_p: numberWithin(0, 1),
  n: integerWithin(1, 128),
  max_tokens: integerWithin(1, 10_000_000),
  max_completion_tokens: integerWithin(1, 10_000_000),
  presence_penalty: numberWithin(-2, 2),
  frequency_penalty: numberWithin(-2, 2),
  seed: v.nullish(v.pipe(v.number(), v.finite())),
  logprobs: flag,
  top_logprobs: integerWithin(0, 20),
  logit_bias: v.nullish(v.record(v.string(), v.number())),
  stop: v.nullish(v.union([v.string(), v.array(v.string())])),
  tools: v.nullish(v.array(v.looseObject({ type: v.optional(v.string()) }))),
  tool_choice: v.nullish(v.union([v.string(), v.looseObject({})])),
  parallel_tool_calls: flag,
  response_format: v.nullish(v.looseObject({ type: v.string() })),
  user: text,
  metadata: v.nullish(v.looseObject({})),
})

const answer = v.looseObject({
  id: v.string(),
  object: v.literal('chat.completion'),
  created: v.number(),
  model: v.string(),
  choices: v.array(
    v.looseObject({ index: v.number(), message: v.looseObject({ role: v.literal('assistant') }), finish_reason: v.nullable(v.string()) }),
  ),
  usage: v.nullish(v.looseObject({ prompt_tokens: v.number(), total_tokens: v.number() })),
})

/** OpenAI Chat Completions. The parsed body is the client's own: the schema only looks. */
export const chatCompletions: Surface = {
  path: '/v1/chat/completions',
  summary: 'OpenAI Chat Completions over every provider, whole or as a stream.',
  operation: 'chat',
  schema,
  answer,
  dialect: 'openai-chat',
  client: openAiChatClient,
  includeUsage: (body) => {
    const options = body['stream_options']
    return typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  },
  parse: (body) => {
    parseBody(schema, body)
    return body as Readonly<Record<string, unknown>> // looseObject has just proven it
  },
}
