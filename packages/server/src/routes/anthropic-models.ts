import { InvalidRequestError } from '@proxyapi/core'
import * as v from 'valibot'

/** A model as Anthropic's list has it (docs.claude.com/en/api/models-list, 2026-05). */
export const anthropicModel = v.object({ type: v.literal('model'), id: v.string(), display_name: v.string(), created_at: v.string() })

export const anthropicModelPage = v.object({
  data: v.array(anthropicModel),
  has_more: v.boolean(),
  first_id: v.nullable(v.string()),
  last_id: v.nullable(v.string()),
})

interface Listed {
  readonly id: string
  readonly created: number
}

/** Anthropic's own bounds on a page. */
const usualLimit = 20
const maxLimit = 1_000

/** An unknown time is the epoch, as with Anthropic. */
export function toAnthropicModel({ id, created }: Listed): v.InferOutput<typeof anthropicModel> {
  return { type: 'model', id, display_name: id, created_at: new Date(created * 1000).toISOString() }
}

function limitOf(given: string | undefined): number {
  if (given === undefined) return usualLimit
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (limit >= 1 && limit <= maxLimit) return limit
  throw new InvalidRequestError(`limit is "${given.slice(0, 20)}"; allowed: 1 to ${maxLimit}.`, 'limit')
}

function indexOf(models: readonly Listed[], id: string, field: string): number {
  const at = models.findIndex((model) => model.id === id)
  if (at < 0) throw new InvalidRequestError(`${field} names no model of the list.`, field)
  return at
}

/** The page that `limit`, `after_id` or `before_id` of the query ask for. @throws InvalidRequestError */
export function toAnthropicPage(
  models: readonly Listed[],
  query: Readonly<Record<string, readonly string[]>>,
): v.InferOutput<typeof anthropicModelPage> {
  const limit = limitOf(query['limit']?.[0])
  const after = query['after_id']?.[0]
  const before = query['before_id']?.[0]
  const end = before === undefined ? models.length : indexOf(models, before, 'before_id')
  const start = after === undefined ? (before === undefined ? 0 : Math.max(0, end - limit)) : indexOf(models, after, 'after_id') + 1
  const page = models.slice(start, Math.min(start + limit, end)).map(toAnthropicModel)
  // Whether there are more in the direction that is paged in.
  const hasMore = before === undefined ? start + limit < models.length : start > 0
  return { data: page, has_more: hasMore, first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null }
}
