import type { Capabilities, ReasoningSupport } from '../dialects/capabilities.ts'
import { byFamily, type ModelFamily, neverReasons, openAiStyle } from './capability-rows.ts'

/*
 * What OpenAI's models take of its Chat Completions and Responses (platform.openai.com: reasoning guide, latest-model guide, the pages of the
 * models and the reference of chat completions, 2026-08).
 */

/** An id of a call that is longer is refused: `string_above_max_length` at `messages[].tool_calls[].id`. */
const toolCallIds = { pattern: /^[\s\S]{1,40}$/, maxLength: 40 } as const

const openAiRow: Capabilities = {
  ...openAiStyle,
  developerRole: true,
  customTools: true,
  reasoningFields: ['reasoning_effort'],
  toolCallIds,
  limits: { ...openAiStyle.limits, stop: 4 },
}

/** Reasons in every answer; the sampling is its own affair. */
function reasoner(...efforts: readonly string[]): Partial<Capabilities> {
  return { reasoning: { mode: 'always', efforts }, sampling: 'none', unsupported: ['stop'] }
}

/** Reasons unless the effort is `none`, and takes sampling parameters only then. */
function optionalReasoner(...efforts: readonly string[]): Partial<Capabilities> {
  const reasoning: ReasoningSupport = { mode: 'optional', efforts, off: 'effort', fixedSampling: true }
  return { reasoning, unsupported: ['stop'] }
}

const families: readonly ModelFamily[] = [
  [/^(gpt-(3|4|audio)|chatgpt-4|gpt-5-(chat|search)|(davinci|babbage)-)/, { reasoning: neverReasons }],
  [/^o1-(mini|preview)/, { ...reasoner(), unsupported: ['parallelToolCalls'] }],
  [/^o1/, { ...reasoner('low', 'medium', 'high'), unsupported: ['parallelToolCalls'] }],
  [/^(o\d|codex-mini)/, { ...reasoner('low', 'medium', 'high'), unsupported: ['stop', 'parallelToolCalls'] }],
  [/^gpt-5-pro/, reasoner('high')],
  [/^gpt-5\.\d+-pro/, reasoner('medium', 'high', 'xhigh')],
  [/^gpt-5(\.1)?-codex(-mini)?$/, reasoner('low', 'medium', 'high')],
  [/^gpt-5\.\d+-codex/, reasoner('low', 'medium', 'high', 'xhigh')],
  [/^gpt-5\.\d+-chat/, { reasoning: { mode: 'always', efforts: ['medium'] }, sampling: 'none', unsupported: ['stop'] }],
  [/^gpt-5(-|$)/, reasoner('minimal', 'low', 'medium', 'high')],
  [/^gpt-5\.1(-|$)/, optionalReasoner('low', 'medium', 'high')],
  [/^gpt-5\./, optionalReasoner('low', 'medium', 'high', 'xhigh')],
]

export const openAiCapabilities: (model: string) => Capabilities = byFamily(openAiRow, families)
