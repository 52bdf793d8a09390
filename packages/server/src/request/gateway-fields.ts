import { InvalidRequestError } from '@proxyapi/core'

/** What a client's body says to the gateway, and not to the provider. */
export interface GatewayFields {
  /** The object `cache`, as it came. */
  readonly cache?: unknown
  /** Models to try when the first one fails, in this order: of `models` and `fallbacks`. */
  readonly fallbacks: readonly string[] | undefined
  /** Whether the answer's usage is to tell the cost: `usage: { include: true }`. */
  readonly includeCost: boolean
}

/** More models than these are not tried. */
const maxFallbacks = 8

/** A list of names, or of objects with a `model`, as other gateways and Anthropic take them. @throws InvalidRequestError naming the entry */
function namesOf(list: unknown, field: string): readonly string[] {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw new InvalidRequestError(`${field} must be a list of models, found ${typeof list}.`, field)
  return list.map((entry: unknown, at) => {
    const name: unknown = typeof entry === 'object' && entry !== null && 'model' in entry ? entry.model : entry
    if (typeof name === 'string' && name !== '') return name
    throw new InvalidRequestError(`${field}[${at}] must be the name of a model, found ${typeof name}.`, `${field}[${at}]`)
  })
}

function fallbacksOf(models: unknown, fallbacks: unknown, first: unknown): readonly string[] | undefined {
  const names = [...new Set([...namesOf(models, 'models'), ...namesOf(fallbacks, 'fallbacks')])].filter((name) => name !== first)
  if (names.length <= maxFallbacks) return names.length === 0 ? undefined : names
  throw new InvalidRequestError(`models and fallbacks name ${names.length} models besides the first; allowed: ${maxFallbacks}.`, 'models')
}

function asksForCost(usage: unknown): boolean {
  return typeof usage === 'object' && usage !== null && 'include' in usage && usage.include === true
}

/** Splits a parsed body into what the gateway keeps, `undefined` where there is nothing, and what travels on. */
export function splitBody<Body>(body: Body): { readonly own: GatewayFields | undefined; readonly sent: Body } {
  if (typeof body !== 'object' || body === null) return { own: undefined, sent: body }
  if (!('cache' in body || 'models' in body || 'fallbacks' in body || 'usage' in body)) return { own: undefined, sent: body }
  const { cache, models, fallbacks, usage, ...sent } = body as Body & Record<string, unknown> // an object of JSON
  const own = { cache, fallbacks: fallbacksOf(models, fallbacks, sent['model']), includeCost: asksForCost(usage) }
  return { own, sent: sent as Body } // no schema names these fields
}

/** A body that names its models only as a list asks for the first of them. */
export function withFirstModel(body: object): object {
  const models: unknown = 'models' in body ? body.models : undefined
  const first = namesOf(models, 'models')[0]
  return first === undefined ? body : { ...body, model: first }
}
