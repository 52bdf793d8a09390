import type { AnyAnswer, Handler, Operation } from '@proxyapi/core'

/** An operation that the cache stands before, and the handler behind the cache. */
export interface CachedOperation<Request, Answer extends AnyAnswer> {
  readonly operation: Operation<Request, Answer>
  readonly next: Handler<Request, Answer>
}

/** The operations that the cache stands before, by name: how an answer is fetched when no client asks for it. */
export interface CachedOperations {
  add<Request, Answer extends AnyAnswer>(cached: CachedOperation<Request, Answer>): void
  readonly of: (name: string) => CachedOperation<object, AnyAnswer> | undefined
}

export function createCachedOperations(): CachedOperations {
  const byName = new Map<string, CachedOperation<object, AnyAnswer>>()
  return {
    // Found by the name in a question, which holds a request of that operation.
    add: (cached) => void byName.set(cached.operation.name, cached as unknown as CachedOperation<object, AnyAnswer>),
    of: (name) => byName.get(name),
  }
}
