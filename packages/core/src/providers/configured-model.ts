import type { ProviderOptions } from './options.ts'
import type { ConfiguredModel } from './provider.ts'

/** What a provider's configuration says of one of its models beyond its id. */
export function configuredModel({ models = [] }: ProviderOptions, model: string): ConfiguredModel | undefined {
  return models.find((entry): entry is ConfiguredModel => typeof entry !== 'string' && entry.id === model)
}
