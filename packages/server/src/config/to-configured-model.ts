import type { ConfiguredModel, ModelOverrides } from '@proxyapi/core'
import type { GatewayConfig } from './config-schema.ts'

type ModelConfig = NonNullable<GatewayConfig['providers'][number]['models']>[number]
type DescribedModel = Exclude<ModelConfig, string>

/** What the configuration says of a model besides where it is; `undefined` when it says nothing. */
function toOverrides(model: DescribedModel): ModelOverrides | undefined {
  const { price } = model
  const overrides: ModelOverrides = {
    name: model.name,
    description: model.description,
    contextLength: model.context_length,
    maxOutputTokens: model.max_tokens,
    capabilities: model.capabilities,
    inputUsdPerMillion: price?.input,
    cachedInputUsdPerMillion: price?.cached_input,
    cacheWriteUsdPerMillion: price?.cache_write,
    cacheWriteOneHourUsdPerMillion: price?.cache_write_one_hour,
    outputUsdPerMillion: price?.output,
    reasoningUsdPerMillion: price?.reasoning,
    audioInputUsdPerMillion: price?.audio_input,
    audioOutputUsdPerMillion: price?.audio_output,
  }
  const said = Object.entries(overrides).filter(([, value]) => value !== undefined)
  return said.length === 0 ? undefined : Object.fromEntries(said)
}

/** A model as the configuration file lists it: its id alone, or with its deployment, its limits and its price. */
export function toConfiguredModel(model: ModelConfig): string | ConfiguredModel {
  if (typeof model === 'string') return model
  const overrides = toOverrides(model)
  return { id: model.id, deployment: model.deployment, ...(overrides !== undefined && { overrides }) }
}
