import type { CacheBreakpoint } from '../../chat/message.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'

/** What may carry the end of a cached prompt. */
export interface Marked {
  readonly cacheBreakpoint?: CacheBreakpoint | undefined
}

/** Reads `cache_control`: Anthropic's, written on OpenAI parts and tools by clients of OpenRouter and LiteLLM. */
export function fromCacheControl(marked: JsonObject): { readonly cacheBreakpoint?: CacheBreakpoint } {
  const control = readObject(marked, 'cache_control')
  if (control === undefined) return {}
  const ttl = control['ttl']
  return { cacheBreakpoint: ttl === '1h' || ttl === '5m' ? { ttl } : {} }
}

export function toCacheControl({ cacheBreakpoint }: Marked): JsonObject {
  if (cacheBreakpoint === undefined) return {}
  const { ttl } = cacheBreakpoint
  return { cache_control: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) } }
}
