import type { CacheResult, ResponseCache } from '@proxyapi/context'
import { type CacheMark, type Call, type ChatAnswer, type ChatFilter, ProxyApiError } from '@proxyapi/core'
import type { ChatKinds } from './cached-answer.ts'
import { type DetachedWorld, produceDetached } from './produce-detached.ts'
import { readDirectives } from './read-directives.ts'

function toMark(result: Exclude<CacheResult<ChatKinds>, { status: 'unavailable' }>): CacheMark {
  const { provider, model } = result.answer
  if (result.status !== 'hit' && result.status !== 'stale') return { status: result.status, provider, model }
  const { status, level, ageSeconds, savedNanoUsd } = result
  return { status, level, ageSeconds, savedNanoUsd, provider, model }
}

/** @throws ProxyApiError `not_cached` */
function take(result: CacheResult<ChatKinds>, call: Call): ChatAnswer {
  if (result.status === 'unavailable') {
    throw new ProxyApiError({
      code: 'not_cached',
      message: 'No stored answer fits the request, and it asked for a stored one only (only-if-cached).',
    })
  }
  call.marks.cache = toMark(result)
  return result.answer
}

/** Answers from the cache where it may, and lets equal requests at one time share one call. */
export function createCacheFilter(cache: ResponseCache<ChatKinds>, world: DetachedWorld): ChatFilter {
  return (next) => async (request, call) => {
    const { provider, strategy, fallbacks } = call.overrides
    const isPlain = provider === undefined && strategy === undefined && fallbacks === undefined
    const question = {
      request,
      tenant: call.principal?.id ?? '',
      stream: request.stream === true,
      directives: readDirectives(call.overrides.cache),
      variant: isPlain ? undefined : { provider, strategy, fallbacks },
      tags: call.tags,
      user: request.user,
    }
    const result = cache.ask(question, produceDetached(next, { request, call }, world), call)
    return take(result instanceof Promise ? await result : result, call)
  }
}
