import type { Call } from '@proxyapi/core'
import { allow, type GuardedText, type Guardrail, type GuardrailInput, type GuardrailStage, type GuardrailVerdict } from './guardrail.ts'
import { assertNotBlocked, onGuardrailFailure } from './outcomes.ts'
import type { Placeholders } from './placeholders.ts'

/** One call on its way past the guardrails. */
export interface GuardedCall {
  readonly call: Call
  readonly operation: string
  readonly model: string
  readonly placeholders: Placeholders
}

/** What is judged. */
export interface JudgedTexts {
  readonly stage: GuardrailStage
  readonly texts: readonly GuardedText[]
  /** Characters of the same answer that were judged before. Default: 0. */
  readonly charactersBefore?: number
}

function toInput(guarded: GuardedCall, { stage, texts, charactersBefore = 0 }: JudgedTexts): GuardrailInput {
  const { call, operation, model, placeholders } = guarded
  const { user, principal } = call
  return {
    ...{ stage, texts, charactersBefore, operation, model, user, principal: principal?.id, hide: placeholders.hide },
    get signal() {
      return call.abort.signal()
    },
  }
}

async function verdictOf({ call }: GuardedCall, guardrail: Guardrail, input: GuardrailInput): Promise<GuardrailVerdict> {
  try {
    const verdict = await guardrail.check(input)
    if (verdict.type !== 'redact' || verdict.texts.length === input.texts.length) return verdict
    throw new TypeError(`The guardrail "${guardrail.name}" gave ${verdict.texts.length} texts for ${input.texts.length}.`)
  } catch (cause) {
    onGuardrailFailure(call, { guardrail, stage: input.stage }, cause)
    return allow
  }
}

/**
 * Asks one guardrail about texts, notes its verdict, and gives the texts as they are to go on.
 *
 * @throws ProxyApiError `guardrail_violation` when it blocks, `guardrail_unavailable` when it can't decide and must
 */
export async function judge(guarded: GuardedCall, guardrail: Guardrail, judged: JudgedTexts): Promise<readonly GuardedText[]> {
  const { stage, texts } = judged
  const verdict = await verdictOf(guarded, guardrail, toInput(guarded, judged))
  assertNotBlocked(guarded.call, { guardrail, stage }, verdict)
  if (verdict.type !== 'redact') return texts
  return texts.map((one, index) => ({ ...one, text: verdict.texts[index] ?? one.text }))
}
