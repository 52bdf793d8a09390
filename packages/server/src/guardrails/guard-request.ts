import { ProxyApiError } from '@proxyapi/core'
import type { GuardedText, Guardrail } from './guardrail.ts'
import { type GuardedCall, judge } from './judge.ts'
import { isUnreadable, mapRequestTexts } from './request-texts.ts'

/** The texts of a request, in the order in which `mapRequestTexts` offers them. */
function textsOf(operation: string, request: unknown): readonly GuardedText[] {
  const texts: GuardedText[] = []
  mapRequestTexts(operation, request, (text, role) => {
    texts.push({ text, role })
    return text
  })
  return texts
}

function withTexts<Request>(operation: string, request: Request, texts: readonly GuardedText[]): Request {
  let index = 0
  return mapRequestTexts(operation, request, (text) => texts[index++]?.text ?? text)
}

function unreadable(): ProxyApiError {
  const message = 'input holds token ids, which the guardrails of this gateway can’t read. Send texts.'
  return new ProxyApiError({ code: 'guardrail_violation', message, param: 'input' })
}

/**
 * A request as it may go on: the same object where no guardrail changed it.
 *
 * @throws ProxyApiError `guardrail_violation`, `guardrail_unavailable`
 */
export async function guardRequest<Request>(guarded: GuardedCall, guardrails: readonly Guardrail[], request: Request): Promise<Request> {
  const { operation, placeholders } = guarded
  if (isUnreadable(operation, request)) throw unreadable()
  const given = textsOf(operation, request)
  for (const { text } of given) placeholders.reserve(text)
  let texts = given
  for (const guardrail of guardrails) texts = await judge(guarded, guardrail, { stage: 'input', texts })
  return texts === given ? request : withTexts(operation, request, texts)
}
