import type { Call } from '../call/call.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../operations/embeddings.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { RouteExecution } from './route-execution.ts'
import type { RoutePlan, Tier } from './plan.ts'
import { queueTargets } from './queue-targets.ts'
import type { RouterContext } from './router-context.ts'
import { executeRoute } from './execute-route.ts'

function withEmbeddings(tiers: readonly Tier[]): readonly Tier[] {
  return tiers
    .map((tier) => ({ ...tier, targets: tier.targets.filter(({ provider }) => provider.embed !== undefined) }))
    .filter((tier) => tier.targets.length > 0)
}

/** Only the targets that have embeddings. @throws ProxyApiError `unsupported_operation` when none has */
function embeddingsPlan(plan: RoutePlan, model: string): RoutePlan {
  const tiers = withEmbeddings(plan.tiers)
  if (tiers.length > 0) return { tiers, fallbacks: { ...plan.fallbacks, general: withEmbeddings(plan.fallbacks.general) } }
  throw new ProxyApiError({ code: 'unsupported_operation', message: `The provider of "${model}" has no embeddings.`, param: 'model' })
}

/** Sends an embeddings request to the targets of its model, borne through failures like a chat. */
export async function routeEmbeddings(request: EmbeddingRequest, call: Call, world: RouterContext): Promise<EmbeddingResponse> {
  const plan = embeddingsPlan(await world.resolver.plan(request.model, call.overrides), request.model)
  const asked = { model: request.model, messages: [] }
  const execution: RouteExecution<EmbeddingResponse> = {
    world,
    call,
    queue: queueTargets(plan, asked, world),
    kind: 'plain',
    hedged: false,
    send: ({ provider, model }, attemptCall) => {
      if (provider.embed !== undefined) return provider.embed({ ...request, model }, attemptCall)
      throw new ProxyApiError({ code: 'unsupported_operation', message: `The provider "${provider.name}" has no embeddings.` })
    },
    accept: (answer, scope) => {
      const tokens = answer.usage
      scope.attempt.usage = tokens && { inputTokens: tokens.inputTokens, outputTokens: 0, totalTokens: tokens.totalTokens }
      scope.end()
      return answer
    },
    account: (attempt, target) => {
      if (attempt.usage !== undefined) attempt.costNanoUsd = world.catalog.costNanoUsd(target, attempt.usage)
    },
  }
  return executeRoute(execution)
}
