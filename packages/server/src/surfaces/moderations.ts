import { type ModerationRequest, type ModerationResponse, moderations as moderationsOperation } from '@proxyapi/core'
import { fromClientModeration, toClientModeration } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import type { OperationSurface } from './operation-surface.ts'
import { modelName, text } from './surface.ts'

/** Gross types only: the codec reads the parts itself and names what is wrong in them. */
const schema = v.looseObject({
  model: v.nullish(modelName),
  input: v.union([v.string(), v.array(v.union([v.string(), v.looseObject({ type: v.string() })]))]),
  user: text,
})

const answer = v.looseObject({
  id: v.string(),
  model: v.string(),
  results: v.array(
    v.looseObject({
      flagged: v.boolean(),
      categories: v.record(v.string(), v.boolean()),
      category_scores: v.record(v.string(), v.number()),
    }),
  ),
})

/** OpenAI Moderations. Categories keep the provider's own names. */
export const moderations: OperationSurface<typeof schema, ModerationRequest, ModerationResponse> = {
  operation: moderationsOperation,
  path: '/v1/moderations',
  summary: 'Classifies texts and images over every provider that has moderations.',
  schema,
  answer,
  dialect: 'openai-chat',
  fromBody: (body) => fromClientModeration(body as JsonObject), // parsed JSON that the schema has seen is an object
  toBody: (response, { newId }) => toClientModeration(response, newId),
}
