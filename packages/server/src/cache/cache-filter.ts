import type { CacheRequest, CacheResult, ResponseCache } from '@proxyapi/context'
import { type CacheMark, type Call, type ChatFilter, type ChatRequest, type Deps, ProxyApiError, type Receipt } from '@proxyapi/core'
import type { ChatKinds } from './cached-answer.ts'
import { fetchForClient } from './produce-answer.ts'
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
  return Object.values(overrides).some((value) => value !== undefined) ? overrides : undefined
}

function toQuestion(request: ChatRequest, call: Call): CacheRequest<ChatKinds> {
  return {
    operation: 'chat',
    request,
    tenant: call.principal?.id ?? '',
    stream: request.stream === true,
    directives: call.cacheWishes,
    variant: variantOf(call),
    tags: call.tags,
    user: call.user,
  }
}

/** A new answer that others asked for at the same time. A stream's cost shows at its end, so it is read when asked for. */
function coalescedMark({ answer }: Answered & { readonly status: 'coalesced' }): CacheMark {
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

function toMark(result: Answered): CacheMark {
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
export function createCacheFilter(
  cache: ResponseCache<ChatKinds>,
  world: { readonly deps: Deps; readonly onReceipt: (receipt: Receipt) => void; readonly semantic?: SemanticLevel | undefined },
): ChatFilter {
  return (next) => async (request, call) => {
    world.semantic?.setPrincipal(request, call.principal)
    const asked = cache.getOrFetch(toQuestion(request, call), fetchForClient(call, request, { ...world, next }), call)
    const result = asked instanceof Promise ? await asked : asked
    if (result.status === 'unavailable') throw notCached()
    call.marks.cache = toMark(result)
    return result.answer
  }
}
