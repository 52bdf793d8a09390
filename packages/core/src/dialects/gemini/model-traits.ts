import type { Capabilities, IdentifierForm, ReasoningSupport } from '../capabilities.ts'

/** The traits that depend on the model's name. Names may carry a path (`models/…`, `publishers/google/models/…`). */

/** Models that think, from 2.5 on, and how that is steered (ai.google.dev/gemini-api/docs/thinking, 2026-08). */
type ThinkingControl = 'level' | 'budget' | 'none'

const version = /gemini-(\d+)(?:\.(\d+))?/

/** Major and minor number as one that can be compared: 2.5 is 205. */
function versionOf(model: string): number | undefined {
  const [, major, minor] = version.exec(model) ?? []
  return major === undefined ? undefined : Number(major) * 100 + Number(minor ?? 0)
}

function thinkingControlOf(model: string): ThinkingControl {
  if (/gemma|embedding|learnlm|tts|gemini-2\.5-flash-image/.test(model)) return 'none'
  const number = versionOf(model)
  // Aliases such as `gemini-flash-latest` and tuned endpoints: every thinking model takes a budget.
  if (number === undefined || /thinking/.test(model)) return 'budget'
  if (number < 205) return 'none'
  return number < 300 ? 'budget' : 'level'
}

type ThinkingLevel = 'minimal' | 'low' | 'medium' | 'high'

/** The levels a model of the third generation takes, lowest first (docs.cloud.google.com, thinking, 2026-08). */
function thinkingLevelsOf(model: string): readonly ThinkingLevel[] {
  const number = versionOf(model) ?? 0
  if (/gemini-3-pro/.test(model)) return ['low', 'high']
  if (/flash-lite/.test(model) || (/flash/.test(model) && number < 307)) return ['minimal', 'low', 'medium', 'high']
  return ['low', 'medium', 'high']
}

/** The smallest and the largest budget; `canRest` when 0 turns thinking off (ai.google.dev/gemini-api/docs/thinking, 2026-08). */
function budgetRangeOf(model: string): { readonly least: number; readonly most: number; readonly canRest: boolean } {
  if (/flash-lite/.test(model)) return { least: 512, most: 24_576, canRest: true }
  if (/flash/.test(model)) return { least: 1, most: 24_576, canRest: true }
  return { least: 128, most: 32_768, canRest: false }
}

/**
 * From the third generation on, a call in the history must carry its signature; where a client lost it or another vendor
 * made the call, Google documents this word in its place (ai.google.dev/gemini-api/docs/thought-signatures, 2026-08).
 */
export const lostSignature = 'skip_thought_signature_validator'

export function needsSignatures(model: string): boolean {
  return (versionOf(model) ?? 0) >= 300 || /gemini-(flash|pro|flash-lite)-latest/.test(model)
}

/** Gemma up to the third generation knows no system instruction. */
export function takesSystem(model: string): boolean {
  return !/gemma-(2|3)/.test(model)
}

/** Tools together with a JSON answer: only from the third generation on. */
export function takesToolsWithJson(model: string): boolean {
  return (versionOf(model) ?? 300) >= 300
}

function reasoningOf(model: string): ReasoningSupport {
  const control = thinkingControlOf(model)
  if (control === 'none') return { mode: 'never' }
  if (control === 'level') return { mode: 'always', efforts: thinkingLevelsOf(model), budget: { least: 0 } }
  const { least, most, canRest } = budgetRangeOf(model)
  return { mode: canRest ? 'optional' : 'always', budget: { least, most }, off: canRest ? 'budget' : undefined, byDefault: true }
}

/** ai.google.dev/api/caching#FunctionDeclaration, 2026-08. */
const toolNames: IdentifierForm = { pattern: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/, maxLength: 64 }

/** What the Gemini API and one of its models take. */
export function geminiCapabilities(model: string): Capabilities {
  return {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: true,
    audio: true,
    files: true,
    jsonSchema: 'native',
    jsonObject: true,
    reasoning: reasoningOf(model),
    toolNames,
  }
}

/** Vertex knows no ids of calls: it answers 400 to a field that it does not know (its REST reference, `FunctionCall`, 2026-08). */
export function vertexCapabilities(model: string): Capabilities {
  return { ...geminiCapabilities(model), toolCallIds: 'none' }
}
