import { findModel } from '../catalogue/find-model.ts'
import type { Capabilities, ReasoningSupport } from '../dialects/capabilities.ts'
import { configuredModel } from './configured-model.ts'
import type { ProviderDefinition } from './definition.ts'
import type { ProviderOptions } from './options.ts'

const never: ReasoningSupport = { mode: 'never' }

/** Whether a list of capabilities says that a model does not reason; a list that says nothing is no answer. */
function deniesReasoning(capabilities: readonly string[] | undefined): boolean {
  return capabilities !== undefined && capabilities.length > 0 && !capabilities.includes('reasoning')
}

/** The configuration's word goes before the row's, and that before the catalogue's. */
function reasoningOf(
  row: ReasoningSupport | undefined,
  configured: readonly string[] | undefined,
  known: readonly string[] | undefined,
): ReasoningSupport | undefined {
  if (configured !== undefined && configured.length > 0) {
    if (deniesReasoning(configured)) return never
    return row?.mode === 'never' ? undefined : row
  }
  return row ?? (deniesReasoning(known) ? never : undefined)
}

/** What a provider's row says of one of its models. */
export function rowCapabilities({ capabilities }: ProviderDefinition, model: string): Capabilities {
  return typeof capabilities === 'function' ? capabilities(model) : capabilities
}

/** What a provider and one of its models take: the row, with what the configuration and the catalogue know of the model. */
export function modelCapabilities(definition: ProviderDefinition, options: ProviderOptions, model: string): Capabilities {
  const row = rowCapabilities(definition, model)
  const overrides = configuredModel(options, model)?.overrides
  const known = findModel({ type: definition.type, model })?.row
  const maxTokens = overrides?.maxOutputTokens ?? row.limits?.maxTokens ?? known?.maxOutputTokens
  return {
    ...row,
    reasoning: reasoningOf(row.reasoning, overrides?.capabilities, known?.capabilities),
    limits: { ...row.limits, maxTokens },
  }
}
