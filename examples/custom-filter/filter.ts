import { type Filter, ProxyApiError } from '@proxyapi/core'
import type { Capability } from '@proxyapi/server'

/** Refuses models that are not approved. It holds for chat, embeddings, rerank and whatever operation comes next. */
export function approvedModels(approved: ReadonlySet<string>): Capability {
  const filter: Filter = (next, operation) => (request, call) => {
    const model = operation.modelOf(request)
    if (approved.has(model)) return next(request, call)
    throw new ProxyApiError({ code: 'forbidden', message: `The model "${model}" is not approved.`, param: 'model' })
  }
  return { name: 'approved-models', open: () => undefined, compile: () => ({ filter }) }
}
