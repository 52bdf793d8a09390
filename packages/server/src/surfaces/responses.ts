import { openAiResponsesClient } from '@proxyapi/core/dialects'
import * as v from 'valibot'
import { flag, integerWithin, modelName, numberWithin, parseBody, type Surface, text } from './surface.ts'

const schema = v.looseObject({
  model: modelName,
  input: v.union([v.string(), v.array(v.looseObject({}))]),
  instructions: text,
  stream: flag,
  store: flag,
  temperature: numberWithin(0, 2),
  top_p: numberWithin(0, 1),
  top_logprobs: integerWithin(0, 20),
  max_output_tokens: integerWithin(1, 10_000_000),
  tools: v.nullish(v.array(v.looseObject({ type: v.string() }))),
  tool_choice: v.nullish(v.union([v.string(), v.looseObject({})])),
  parallel_tool_calls: flag,
  text: v.nullish(v.looseObject({})),
  reasoning: v.nullish(v.looseObject({})),
  metadata: v.nullish(v.looseObject({})),
})

const answer = v.looseObject({
  id: v.string(),
  object: v.literal('response'),
  status: v.string(),
  model: v.string(),
  output: v.array(v.looseObject({ type: v.string() })),
})

/** OpenAI Responses, without a memory: what would need one is refused by name. */
export const responses: Surface = {
  path: '/v1/responses',
  summary: 'OpenAI Responses over every provider, whole or as a stream, without a memory.',
  operation: 'chat',
  schema,
  answer,
  dialect: 'openai-responses',
  client: openAiResponsesClient,
  includeUsage: () => true,
  parse: (body) => {
    parseBody(schema, body)
    return body as Readonly<Record<string, unknown>> // looseObject has just proven it
  },
}
