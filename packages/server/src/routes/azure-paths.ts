import { withFirstModel } from '../request/gateway-fields.ts'
import type { Route } from '../route-table/route.ts'

/** Operations that clients of Azure ask for by deployment. */
const byDeployment: readonly string[] = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings']

/** Where clients of Azure OpenAI ask: the v1 paths below `/openai`, and paths that name a deployment, which is a model here. */
function azurePathsOf(path: string): readonly string[] {
  const operation = path.slice('/v1'.length)
  const bases = ['/openai/deployments/{deployment}', '/openai/deployments/{provider}/{deployment}']
  return [`/openai${path}`, ...(byDeployment.includes(path) ? bases.map((base) => base + operation) : [])]
}

/** The routes of clients once more, at the paths of Azure OpenAI: its SDKs run unchanged. `api-version` is not looked at. */
export function azureRoutes(routes: readonly Route[]): readonly Route[] {
  return routes
    .filter(({ path }) => path.startsWith('/v1/'))
    .flatMap((route) => azurePathsOf(route.path).map((path) => ({ ...route, path })))
}

/** A body with the model that the path names, whatever it names itself, or the first that it lists. The same body where it says its model itself. */
export function withModel(body: unknown, { provider, deployment }: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null) return body
  if (deployment === undefined) return 'model' in body || !('models' in body) ? body : withFirstModel(body)
  return { ...body, model: provider === undefined ? deployment : `${provider}/${deployment}` }
}
