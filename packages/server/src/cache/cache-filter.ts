import type { CacheRequest, CacheResult, ResponseCache } from '@proxyapi/context'
import { type AnyAnswer, type CacheOutcome, type Call, type Filter, type Handler, type Operation, ProxyApiError } from '@proxyapi/core'
import { sourceOf } from '@proxyapi/core/serving'
import type { AnswerKinds } from './cached-answer.ts'
import type { CachedOperations } from './cached-operations.ts'
import { fetchForClient } from './fetch-answer.ts'
import type { SemanticLevel } from './semantic-level.ts'

type Answered = Exclude<CacheResult<AnswerKinds>, { readonly status: 'unavailable' }>

function notCached(): ProxyApiError {
  return new ProxyApiError({
    code: 'not_cached',
    message: 'The request says only-if-cached, and the cache has no answer to it. Leave the directive out to have one made.',
  })
}

/** What a caller decides about the way of its request decides about its answer too, and so do headers that go to the provider. */
function variantOf({ overrides }: Call, headers: Readonly<Record<string, string>> | undefined): unknown {
  for (const name in overrides) if (overrides[name as keyof typeof overrides] !== undefined) return { ...overrides, headers }
  return headers
}

function toQuestion<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  request: Request,
  call: Call,
): CacheRequest<AnswerKinds> {
  const source = sourceOf(request as object)
  return {
    operation: operation.name,
    request: request as object, // requests of all operations are objects
    source,
    tenant: call.principal?.id ?? '',
    stream: operation.isStream(request),
    isDeterministic: operation.determinism === 'always' ? true : undefined,
    directives: call.cacheDirectives,
    variant: variantOf(call, source?.headers),
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

/** Answers from the cache what can be, and lets equal requests share one call. Operations that are not deterministic pass it by. */
export function createCacheFilter(
  cache: ResponseCache<AnswerKinds>,
  { semantic, operations }: { readonly semantic?: SemanticLevel | undefined; readonly operations: CachedOperations },
): Filter {
  return <Request, Answer extends AnyAnswer>(next: Handler<Request, Answer>, operation: Operation<Request, Answer>) => {
    if (operation.determinism === undefined) return next
    operations.add({ operation, next })
    return async (request: Request, call: Call): Promise<Answer> => {
      const question = toQuestion(operation, request, call)
      if (semantic?.isOwn(question.request) === true) return next(request, call)
      semantic?.setPrincipal(question.request, call.principal)
      const asked = cache.getOrFetch(question, fetchForClient(call, request, { operation, next }), call.abort)
      const result = asked instanceof Promise ? await asked : asked
      if (result.status === 'unavailable') throw notCached()
      call.annotations.cache = toMark(result)
      return result.answer as AnyAnswer as Answer // the answer of an equal request of the same operation
    }
  }
}
