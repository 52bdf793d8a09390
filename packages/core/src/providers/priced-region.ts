import type { ProviderOptions } from './options.ts'

/** OpenAI keeps inference in a geography for who asks its host for it: `eu.api.openai.com` (developers.openai.com, data controls, 2026-11). */
const openAiHost = /^https:\/\/([a-z]{2})\.api\.openai\.com(?:\/|$)/
const vertexGlobal = 'global'

/**
 * Where a provider keeps inference, as far as its prices depend on it: Bedrock's region, the geography of Azure's data zones where the configuration
 * names it, OpenAI's by its host, and Vertex by whether it is global or not.
 */
export function pricedRegion({ type, region, baseUrl = '' }: Pick<ProviderOptions, 'type' | 'region' | 'baseUrl'>): string | undefined {
  switch (type) {
    case 'bedrock':
    case 'azure_openai':
      return region
    case 'vertex':
      return region === undefined || region === vertexGlobal ? undefined : 'regional'
    case 'openai':
      return openAiHost.exec(baseUrl)?.[1]
    default:
      return undefined
  }
}
