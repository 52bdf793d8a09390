import type { Attempt, Call } from '../call/call.ts'
import type { Deps } from '../deps.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../embedding/embedding.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { ModelDirectory } from '../routing/model-directory.ts'

/** Sends an embeddings request to the first target that has embeddings and answers. */
export async function routeEmbeddings(
  request: EmbeddingRequest,
  call: Call,
  world: { readonly directory: ModelDirectory; readonly deps: Deps },
): Promise<EmbeddingResponse> {
  const targets = await world.directory.resolve(request.model, call.overrides)
  let failure: unknown = new ProxyApiError({
    code: 'unsupported_operation',
    message: `The provider of "${request.model}" has no embeddings.`,
    param: 'model',
  })
  for (const { provider, model } of targets) {
    if (provider.embed === undefined) continue
    const attempt: Attempt = {
      provider: provider.name,
      model,
      startedAtMs: world.deps.now(),
      reason: call.attempts.length === 0 ? 'first' : 'fallback',
      outcome: 'pending',
    }
    call.attempts.push(attempt)
    try {
      const answer = await provider.embed({ ...request, model }, call)
      attempt.outcome = 'success'
      return answer
    } catch (error) {
      attempt.outcome = isProviderError(error) ? error.failure : 'canceled'
      failure = error
      if (!isProviderError(error) || failurePolicies[error.failure].nextTarget !== 'yes') break
    } finally {
      attempt.endedAtMs = world.deps.now()
    }
  }
  throw failure
}
