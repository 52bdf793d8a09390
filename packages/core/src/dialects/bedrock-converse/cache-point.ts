import type { CacheBreakpoint } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'

/** The cache point behind a block; none when the client set no cache breakpoint. */
export function toCachePoint(part: { readonly cacheBreakpoint?: CacheBreakpoint | undefined }): readonly JsonObject[] {
  if (part.cacheBreakpoint === undefined) return []
  const { ttl } = part.cacheBreakpoint
  return [{ cachePoint: { type: 'default', ...(ttl !== undefined && { ttl }) } }]
}
