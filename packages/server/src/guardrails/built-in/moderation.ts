import type { ModerationRequest, ModerationResponse } from '@proxyapi/core'
import { allow, type GuardedText, type Guardrail, type GuardrailVerdict, type TextRole } from '../guardrail.ts'
import type { CommonOptions } from './span-guardrail.ts'

export interface ModerationOptions extends CommonOptions {
  readonly action: 'flag' | 'block'
  /** The moderation model, as a request names it. */
  readonly model: string
  readonly timeoutMs: number
  /** Scores from which on a category counts, by its name; of others the model's own verdict does. `undefined` goes by the verdict alone. */
  readonly thresholds: Readonly<Record<string, number>> | undefined
}

/** Asks the model by the `moderations` operation of a configured provider. */
export type Moderate = (
  request: ModerationRequest,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<ModerationResponse>

/** What the operator writes is not judged, nor what stands beside a conversation. */
const judgedRoles: ReadonlySet<TextRole> = new Set(['user', 'tool', 'assistant'])
/** OpenAI takes no more texts at once; the earlier ones of a longer conversation have been judged in its earlier turns. */
const mostTexts = 32

function textsOf(texts: readonly GuardedText[], roles: ReadonlySet<TextRole>): readonly string[] {
  return texts
    .filter(({ role, text }) => roles.has(role) && text.trim() !== '')
    .slice(-mostTexts)
    .map(({ text }) => text)
}

function categoriesOf({ results }: ModerationResponse, thresholds: ModerationOptions['thresholds']): readonly string[] {
  const found = new Set<string>()
  for (const { flagged, categories, categoryScores } of results) {
    for (const [name, isFound] of Object.entries(categories)) {
      const least = thresholds?.[name]
      const score = categoryScores[name] ?? 0
      if (least === undefined ? isFound && thresholds === undefined : score >= least) found.add(name)
    }
    if (flagged && thresholds === undefined && !Object.values(categories).includes(true)) found.add('flagged')
  }
  return [...found]
}

/** What a moderation model finds in texts. */
export function moderation(options: ModerationOptions, moderate: Moderate): Guardrail {
  const { name, stages, scope, onFailure, action, model, timeoutMs, thresholds } = options
  const check: Guardrail['check'] = async ({ stage, texts, signal }): Promise<GuardrailVerdict> => {
    const asked = textsOf(texts, stage === 'output' ? new Set(['assistant']) : judgedRoles)
    if (asked.length === 0) return allow
    const response = await moderate({ model, input: { type: 'texts', texts: asked } }, { timeoutMs, signal })
    const kinds = categoriesOf(response, thresholds)
    return kinds.length === 0 ? allow : { type: action, kinds }
  }
  return { name, stages, scope, onFailure, streaming: { type: action === 'flag' ? 'end' : 'whole' }, check }
}
