import { priceOf } from '@proxyapi/core/catalogue'
import type { GatewayConfig } from '@proxyapi/server'

/** Something that a valid configuration may not mean. */
export interface Gap {
  readonly kind: 'price' | 'unreachable' | 'key'
  /** `openai/gpt-4o`, or the name of a key. */
  readonly subject: string
  readonly message: string
}

type ProviderConfig = GatewayConfig['providers'][number]
type ModelConfig = Exclude<NonNullable<ProviderConfig['models']>[number], string>

function modelsOf({ models = [] }: ProviderConfig): readonly ModelConfig[] {
  return models.filter((model) => model !== '*').map((model) => (typeof model === 'string' ? { id: model } : model))
}

function hasPrice(provider: ProviderConfig, model: ModelConfig, config: GatewayConfig): boolean {
  const name = `${provider.name}/${model.id}`
  const own = config.model_overrides.find((entry) => entry.model === name)
  if (model.input_usd_per_million !== undefined || own?.input_usd_per_million !== undefined) return true
  return priceOf({ type: provider.type ?? provider.name, model: model.id, region: provider.region }) !== null
}

function missingPrices(config: GatewayConfig): readonly Gap[] {
  return config.providers.flatMap((provider) =>
    modelsOf(provider)
      .filter((model) => !hasPrice(provider, model, config))
      .map(({ id }) => ({
        kind: 'price' as const,
        subject: `${provider.name}/${id}`,
        message: 'has no known price: it counts as free in costs and budgets; set input_usd_per_million and output_usd_per_million',
      })),
  )
}

/** Whether a key's pattern (`openai/*`) takes a name. */
function matches(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)))
}

/** Names that a key may ask for, of which no model has one. */
function emptyKeys(config: GatewayConfig): readonly Gap[] {
  const isOpen = config.providers.some(({ models }) => models === undefined || models.includes('*'))
  if (isOpen || config.providers.length === 0) return []
  const names = [
    ...config.models.map(({ name }) => name),
    ...config.providers.flatMap((provider) => modelsOf(provider).map(({ id }) => `${provider.name}/${id}`)),
  ]
  return config.auth.api_keys.flatMap((key) => {
    if (typeof key === 'string') return []
    const unknown = key.models.filter((pattern) => !names.some((name) => matches(pattern, name)) && !pattern.startsWith('demo'))
    return unknown.map((pattern) => ({
      kind: 'key' as const,
      subject: key.name,
      message: `may ask for "${pattern}", which is no model of any provider`,
    }))
  })
}

/** A provider whose list is empty has nothing to ask for. */
function unreachable(config: GatewayConfig): readonly Gap[] {
  return config.providers.flatMap((provider) =>
    provider.models !== undefined && provider.models.length === 0
      ? [
          {
            kind: 'unreachable' as const,
            subject: provider.name,
            message: 'lists no models, so that none of it can be asked; leave models out to ask it for them',
          },
        ]
      : [],
  )
}

/** What a valid configuration leaves open: models that nobody can ask, keys that lead to none, prices that nobody knows. */
export function findGaps(config: GatewayConfig): readonly Gap[] {
  return [...unreachable(config), ...emptyKeys(config), ...missingPrices(config)]
}
