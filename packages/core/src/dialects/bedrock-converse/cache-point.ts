import type { CacheBreakpoint } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'

/** The mark behind a block up to which the prompt is to be cached; none without a wish for it. */
export function toCachePoint(part: { readonly cacheBreakpoint?: CacheBreakpoint | undefined }): readonly JsonObject[] {
  if (part.cacheBreakpoint === undefined) return []
  const { ttl } = part.cacheBreakpoint
  return [{ cachePoint: { type: 'default', ...(ttl !== undefined && { ttl }) } }]
}
