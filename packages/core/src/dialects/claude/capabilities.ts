import type { Capabilities, IdentifierForm, ReasoningSupport } from '../capabilities.ts'
import { type ClaudeId, claudeIdOf } from './model-id.ts'

/** Claude's smallest budget (platform.claude.com, extended thinking, 2026-11). */
const budget = { least: 1_024 }

function effortsOf({ family, version }: ClaudeId): readonly string[] {
  if (version >= 407) return ['low', 'medium', 'high', 'xhigh', 'max']
  if (version === 406) return ['low', 'medium', 'high', 'max']
  return family === 'opus' && version === 405 ? ['low', 'medium', 'high'] : []
}

function offOf({ family, version }: ClaudeId): ReasoningSupport['off'] {
  if (family === 'fable' || family === 'mythos' || (family === 'opus' && version >= 505)) return undefined
  return family === 'sonnet' && version >= 505 ? 'between-tools' : 'switch'
}

function refusesForcedTools({ family, version }: ClaudeId): boolean {
  if (version < 406) return true
  return family === 'fable' || family === 'mythos' ? version > 500 : version >= 505 && family !== 'haiku'
}

function reasoningOf(id: ClaudeId): ReasoningSupport {
  const { version } = id
  if (version < 307) return { mode: 'never' }
  const off = offOf(id)
  return {
    mode: off === undefined ? 'always' : 'optional',
    off,
    efforts: effortsOf(id),
    ...(version < 407 && { budget }),
    adaptive: version >= 406,
    byDefault: version >= 500,
    refusesForcedTools: refusesForcedTools(id),
    fixedSampling: true,
  }
}

/** Models of other vendors behind an address of Anthropic's dialect, and ids that tell no version: nothing more is known. */
const unknown: ReasoningSupport = { mode: 'optional', off: 'switch', efforts: [], budget, refusesForcedTools: true, fixedSampling: true }

/** From these versions on: Opus 4.1, and 4.5 of the others. */
function isRecent({ family, version }: ClaudeId): boolean {
  return version >= (family === 'opus' ? 401 : 405)
}

function samplingOf(id: ClaudeId): Capabilities['sampling'] {
  if (id.version >= 407) return 'none'
  return isRecent(id) ? 'one' : 'all'
}

const toolNames: IdentifierForm = { pattern: /^[A-Za-z0-9_-]{1,128}$/, maxLength: 128 }

/**
 * What a Claude model takes, on whatever platform (platform.claude.com: models overview, thinking, effort, structured outputs, migration
 * guides and the "What's new" page of each model, 2026-11).
 */
export function claudeCapabilities(
  model: string,
): Pick<Capabilities, 'reasoning' | 'sampling' | 'prefill' | 'jsonSchema' | 'limits' | 'toolNames' | 'opaqueUser'> {
  const id = claudeIdOf(model)
  const common = { limits: { temperature: 1, user: 256 }, toolNames, opaqueUser: true } as const
  if (id === undefined) return { ...common, reasoning: unknown, prefill: 'native', jsonSchema: 'forced-tool' }
  return {
    ...common,
    reasoning: reasoningOf(id),
    sampling: samplingOf(id),
    prefill: id.version >= 406 ? 'refused' : 'native',
    jsonSchema: isRecent(id) ? 'native' : 'forced-tool',
  }
}
