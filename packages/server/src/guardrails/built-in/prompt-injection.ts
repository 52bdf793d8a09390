import { allow, type Guardrail, type TextRole } from '../guardrail.ts'
import { scoreInjection } from './score-injection.ts'
import type { CommonOptions } from './span-guardrail.ts'
import { createTurns } from './turns.ts'

export interface PromptInjectionOptions extends CommonOptions {
  readonly action: 'flag' | 'block'
  /** The score from which on a text is one, 0 to 1. */
  readonly threshold: number
}

/** The operator's own words and the model's are not judged. */
const judgedRoles: ReadonlySet<TextRole> = new Set(['user', 'tool'])
const sliceCharacters = 32_768
/** So much of a slice is read again with the next one. */
const overlap = 512

/** A long text in slices that overlap, so that no attempt is cut in two. */
function slicesOf(text: string): readonly string[] {
  const slices: string[] = []
  for (let start = 0; start < text.length; start += sliceCharacters - overlap) slices.push(text.slice(start, start + sliceCharacters))
  return slices
}

/** Texts that look like an attempt to take the model over. A heuristic: docs/guardrails.md has what it finds and misses. */
export function promptInjection({ name, stages, scope, onFailure, action, threshold }: PromptInjectionOptions): Guardrail {
  return {
    ...{ name, stages, scope, onFailure },
    streaming: { type: 'end' },
    check: async (input) => {
      const takeTurn = createTurns(input)
      const rules = new Set<string>()
      for (const slice of input.texts.filter(({ role }) => judgedRoles.has(role)).flatMap(({ text }) => slicesOf(text))) {
        await takeTurn(slice.length)
        const scored = scoreInjection(slice)
        if (scored.score >= threshold) for (const rule of scored.rules) rules.add(rule)
      }
      return rules.size === 0 ? allow : { type: action, kinds: [...rules] }
    },
  }
}
