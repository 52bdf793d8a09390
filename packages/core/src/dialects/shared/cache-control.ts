import type { CacheBreakpoint } from '../../chat/message.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'

interface Markable {
  readonly cacheBreakpoint?: CacheBreakpoint | undefined
}

/** Reads `cache_control`, Anthropic's field, which clients of OpenRouter and LiteLLM write into OpenAI bodies as well. */
export function fromCacheControl(object: JsonObject): Markable {
  const control = readObject(object, 'cache_control')
  if (control === undefined) return {}
  const ttl = control['ttl']
  return { cacheBreakpoint: ttl === '1h' || ttl === '5m' ? { ttl } : {} }
}

export function toCacheControl({ cacheBreakpoint }: Markable): JsonObject {
  if (cacheBreakpoint === undefined) return {}
  const { ttl } = cacheBreakpoint
  return { cache_control: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) } }
}
