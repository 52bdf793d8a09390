import type { Filter } from '@proxyapi/core'
import type { Route } from '../route-table/route.ts'
import { countTokens } from '../surfaces/count-tokens.ts'
import { embeddings } from '../surfaces/embeddings.ts'
import { moderations } from '../surfaces/moderations.ts'
import { reranks } from '../surfaces/rerank.ts'
import { surfaces } from '../surfaces/surfaces.ts'
import { azureRoutes } from './azure-paths.ts'
import { type ChatDeps, chatRoute } from './chat.ts'
import { modelRoutes } from './models.ts'
import { operationRoute } from './operation-route.ts'

/** Every route by which clients ask for answers of models. `filters` stand before what the gateway answers itself. */
export function clientRoutes(deps: ChatDeps, filters: readonly Filter[]): readonly Route[] {
  const routes = [
    ...surfaces.map((surface) => chatRoute(surface, deps)),
    operationRoute(countTokens(filters), deps),
    operationRoute(embeddings, deps),
    ...reranks.map((surface) => operationRoute(surface, deps)),
    operationRoute(moderations, deps),
    ...modelRoutes(deps.calls.engine),
  ]
  return [...routes, ...azureRoutes(routes)]
}
