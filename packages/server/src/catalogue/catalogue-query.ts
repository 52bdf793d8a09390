import { type CatalogueQuery, type CatalogueSortKey, catalogueSortKeys } from '@proxyapi/core/catalogue'
import * as v from 'valibot'
import { text, whole } from '../http/parse-query.ts'

/** Longer than any search a person types. */
const maxSearchLength = 200
const maxNameLength = 128
const maxPageSize = 1_000
const maxOffset = 1_000_000

const decimal = /^\d{1,12}(\.\d{1,12})?$/
const sorts: readonly string[] = catalogueSortKeys.flatMap((key) => [key, `-${key}`])

function flag() {
  return v.pipe(
    v.picklist(['true', 'false', '1', '0'], 'true or false'),
    v.transform((value) => value === 'true' || value === '1'),
  )
}

/** The parameters of `GET /api/models` and `GET /api/models/search`. */
export const catalogueQuery = v.strictObject({
  q: v.optional(text(maxSearchLength)),
  provider: v.optional(text(maxNameLength)),
  supports_chat: v.optional(flag()),
  supports_vision: v.optional(flag()),
  supports_tools: v.optional(flag()),
  available: v.optional(flag()),
  min_context: v.optional(whole(0, 999_999_999)),
  max_cost: v.optional(v.pipe(v.string(), v.regex(decimal, 'dollars per 1,000 tokens, as a number such as 0.05'), v.transform(Number))),
  capability: v.optional(text(maxNameLength)),
  sort: v.optional(v.picklist(sorts, `${catalogueSortKeys.join(', ')}; with "-" before it from the highest down`)),
  limit: v.optional(whole(1, maxPageSize)),
  offset: v.optional(whole(0, maxOffset)),
})

type RawQuery = v.InferOutput<typeof catalogueQuery>
/** `-input_cost` is the highest first. */
function toSort(sort: string | undefined): CatalogueQuery['sort'] {
  const key = catalogueSortKeys.find((candidate): candidate is CatalogueSortKey => sort === candidate || sort === `-${candidate}`)
  return key === undefined ? undefined : { key, descending: sort !== key }
}

export function toCatalogueQuery(raw: RawQuery): CatalogueQuery {
  return {
    q: raw.q,
    provider: raw.provider,
    supportsChat: raw.supports_chat,
    supportsVision: raw.supports_vision,
    supportsTools: raw.supports_tools,
    available: raw.available,
    minContext: raw.min_context,
    maxCostUsd: raw.max_cost,
    capability: raw.capability,
    sort: toSort(raw.sort),
    limit: raw.limit,
    offset: raw.offset,
  }
}
