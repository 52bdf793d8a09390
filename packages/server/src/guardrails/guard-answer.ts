import type { AnyAnswer, WholeAnswer } from '@proxyapi/core'
import { mapAnswerStrings, mapAnswerTexts } from './answer-texts.ts'
import type { GuardedText, Guardrail } from './guardrail.ts'
import { type GuardedCall, judge } from './judge.ts'
import type { Placeholders } from './placeholders.ts'

type Whole<Answer extends AnyAnswer> = Answer & WholeAnswer<unknown>

function textsOf<Answer extends AnyAnswer>(answer: Whole<Answer>): readonly GuardedText[] {
  const texts: GuardedText[] = []
  mapAnswerStrings(answer, (text, part) => {
    texts.push({ text, role: 'assistant', part })
    return text
  })
  return texts
}

/** Puts back what placeholders of the call stand for. The same object where there was nothing to put back. */
function restoreAnswer<Answer extends AnyAnswer>(answer: Whole<Answer>, placeholders: Placeholders): Answer {
  return placeholders.isEmpty() ? answer : mapAnswerTexts(answer, (text, part) => placeholders.restore(text, part === 'arguments'))
}

/**
 * A whole answer as the client may have it. Guardrails see it before what was hidden of the request is put back: a caller's own data is not what
 * they look for.
 *
 * @throws ProxyApiError `guardrail_violation`, `guardrail_unavailable`
 */
export async function guardAnswer<Answer extends AnyAnswer>(
  guarded: GuardedCall,
  guardrails: readonly Guardrail[],
  answer: Whole<Answer>,
): Promise<Answer> {
  let judged: Answer = answer
  if (guardrails.length > 0) {
    const given = textsOf(answer)
    let texts = given
    for (const guardrail of guardrails) texts = await judge(guarded, guardrail, { stage: 'output', texts })
    let index = 0
    if (texts !== given) judged = mapAnswerStrings(answer, (text) => texts[index++]?.text ?? text)
  }
  return restoreAnswer(judged as Whole<Answer>, guarded.placeholders) // a whole answer stays one
}
