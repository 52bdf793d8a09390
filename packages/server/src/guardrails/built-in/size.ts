import { allow, type Guardrail, type GuardrailVerdict } from '../guardrail.ts'
import type { CommonOptions } from './span-guardrail.ts'

export interface SizeOptions extends CommonOptions {
  readonly action: 'flag' | 'block'
  /** The most characters of all texts together; `undefined` is any number. */
  readonly maxCharacters: number | undefined
  /** The most messages or other texts of a request. */
  readonly maxTexts: number | undefined
}

/** Requests and answers that are longer than allowed. A stream is ended as soon as it is. */
export function size({ name, stages, scope, onFailure, action, maxCharacters, maxTexts }: SizeOptions): Guardrail {
  const verdict = (kind: string, message: string): GuardrailVerdict =>
    action === 'flag' ? { type: 'flag', kinds: [kind] } : { type: 'block', kinds: [kind], message }
  return {
    ...{ name, stages, scope, onFailure },
    streaming: { type: 'pieces', holdFrom: (text) => text.length },
    check: ({ texts, charactersBefore, stage }) => {
      const characters = texts.reduce((sum, { text }) => sum + text.length, charactersBefore)
      if (maxCharacters !== undefined && characters > maxCharacters)
        return verdict('too_long', `Found ${characters} characters; allowed: ${maxCharacters}.`)
      if (stage === 'input' && maxTexts !== undefined && texts.length > maxTexts)
        return verdict('too_many', `Found ${texts.length} texts; allowed: ${maxTexts}.`)
      return allow
    },
  }
}
