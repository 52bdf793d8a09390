import type { CacheRequest, CacheResult, ResponseCache } from '@proxyapi/context'
import { type CacheOutcome, type Call, type ChatRequest, chat, type Filter, onlyFor, ProxyApiError } from '@proxyapi/core'
import type { ChatKinds } from './cached-answer.ts'
import { fetchForClient } from './fetch-answer.ts'
import type { SemanticLevel } from './semantic-level.ts'

type Answered = Exclude<CacheResult<ChatKinds>, { readonly status: 'unavailable' }>

function notCached(): ProxyApiError {
  return new ProxyApiError({
    code: 'not_cached',
    message: 'The request says only-if-cached, and the cache has no answer to it. Leave the directive out to have one made.',
  })
}

/** What a caller decides about the way of its request decides about its answer too. */
function variantOf({ overrides }: Call): unknown {
  for (const name in overrides) if (overrides[name as keyof typeof overrides] !== undefined) return overrides
  return undefined
}

function toQuestion(request: ChatRequest, call: Call): CacheRequest<ChatKinds> {
  return {
    operation: 'chat',
    request,
    tenant: call.principal?.id ?? '',
    stream: request.stream === true,
    directives: call.cacheDirectives,
    variant: variantOf(call),
    tags: call.tags,
    user: call.user,
  }
}

/** A new answer that others asked for at the same time. A stream's cost shows at its end, so it is read when asked for. */
function coalescedMark({ answer }: Answered & { readonly status: 'coalesced' }): CacheOutcome {
  if (answer.type === 'whole') {
    const { provider, model, costNanoUsd } = answer.origin
    return { status: 'coalesced', provider, model, savedNanoUsd: costNanoUsd }
  }
  const { winner } = answer
  return {
    status: 'coalesced',
    provider: winner?.provider,
    model: winner?.model,
    get savedNanoUsd() {
      return winner?.costNanoUsd
    },
  }
}

function toMark(result: Answered): CacheOutcome {
  switch (result.status) {
    case 'hit':
    case 'stale': {
      const { status, level, similarity, ageSeconds, savedNanoUsd, answer } = result
      return { status, level, similarity, ageSeconds, savedNanoUsd, provider: answer.origin.provider, model: answer.origin.model }
    }
    case 'coalesced':
      return coalescedMark({ ...result, status: 'coalesced' })
    case 'miss':
    case 'bypass':
      return { status: result.status }
  }
}

/** Answers from the cache what can be, and lets equal requests share one call. */
export function createCacheFilter(cache: ResponseCache<ChatKinds>, world: { readonly semantic?: SemanticLevel | undefined }): Filter {
  return onlyFor(chat, (next) => async (request, call) => {
    world.semantic?.setPrincipal(request, call.principal)
    const asked = cache.getOrFetch(toQuestion(request, call), fetchForClient(call, request, next), call.abort)
    const result = asked instanceof Promise ? await asked : asked
    if (result.status === 'unavailable') throw notCached()
    call.annotations.cache = toMark(result)
    return result.answer
  })
}
