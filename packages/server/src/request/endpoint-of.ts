import { gatewayEndpoints } from '@proxyapi/logging'

/** What stands for every path that is none of ours, so that clients can't invent names. */
export const otherEndpoint = 'other'

const fixed: ReadonlySet<string> = new Set(gatewayEndpoints.filter((pattern) => !pattern.includes('{')))

/** The last part of a pattern may hold slashes of its own: ids of models do. */
const withParts: readonly { readonly pattern: string; readonly shape: RegExp }[] = gatewayEndpoints
  .filter((pattern) => pattern.includes('{'))
  .map((pattern) => ({
    pattern,
    shape: new RegExp(`^${pattern.replace(/\{[a-z]+\}$/, '.+').replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`),
  }))

/** The pattern of the route that a path asks for. */
export function endpointOf(path: string): string {
  if (fixed.has(path)) return path
  return withParts.find(({ shape }) => shape.test(path))?.pattern ?? otherEndpoint
}

export function operationOf(path: string): 'chat' | 'embeddings' | 'text_completion' {
  if (path === '/v1/embeddings') return 'embeddings'
  return path === '/v1/completions' ? 'text_completion' : 'chat'
}
