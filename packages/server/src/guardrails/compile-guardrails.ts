import type { GuardrailConfig } from '../config/guardrails-schema.ts'
import { jsonSchema } from './built-in/json-schema.ts'
import { type Moderate, moderation } from './built-in/moderation.ts'
import { personalData } from './built-in/personal-data.ts'
import { promptInjection } from './built-in/prompt-injection.ts'
import { regex } from './built-in/regex.ts'
import { secrets } from './built-in/secrets.ts'
import { size } from './built-in/size.ts'
import type { CommonOptions } from './built-in/span-guardrail.ts'
import type { Guardrail, GuardrailScope } from './guardrail.ts'

function scopeOf({ routes, keys, teams, models }: GuardrailConfig): GuardrailScope | undefined {
  const isBounded = routes !== undefined || keys !== undefined || teams !== undefined || models !== undefined
  return isBounded ? { routes, keys, teams, models } : undefined
}

function commonOf(config: GuardrailConfig): CommonOptions {
  return { name: config.name, stages: config.applies_to, scope: scopeOf(config), onFailure: config.on_failure }
}

/** The guardrail of one entry of the configuration. */
export function compileGuardrail(config: GuardrailConfig, moderate: Moderate): Guardrail {
  const common = commonOf(config)
  switch (config.type) {
    case 'personal_data':
      return personalData({ ...common, action: config.action, entities: config.entities, restore: config.restore })
    case 'secrets':
      return secrets({ ...common, action: config.action })
    case 'prompt_injection':
      return promptInjection({ ...common, action: config.action, threshold: config.threshold })
    case 'moderation': {
      const { action, model, timeout_ms: timeoutMs, thresholds } = config
      return moderation({ ...common, action, model, timeoutMs, thresholds }, moderate)
    }
    case 'size':
      return size({ ...common, action: config.action, maxCharacters: config.max_characters, maxTexts: config.max_texts })
    case 'regex': {
      const { action, patterns, kind, restore, stream_window: streamWindow } = config
      return regex({ ...common, action, patterns, kind, restore, streamWindow })
    }
    case 'json_schema':
      return jsonSchema({ ...common, action: config.action, schema: config.schema })
  }
}
