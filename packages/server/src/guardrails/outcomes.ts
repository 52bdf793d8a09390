import { type Call, type GuardrailOutcome, ProxyApiError } from '@proxyapi/core'
import type { Guardrail, GuardrailStage, GuardrailVerdict } from './guardrail.ts'

/** A receipt names no more kinds than these of one guardrail, and no longer ones. */
const mostKinds = 16
const longestKind = 40
/** A stream may be judged thousands of times: the receipt tells each verdict of a guardrail once. */
const mostOutcomes = 64

function merge(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more.map((kind) => kind.slice(0, longestKind))])].slice(0, mostKinds)
}

/** Notes a verdict on the call: on its receipt, log line and metrics. */
function noteOutcome({ annotations }: Pick<Call, 'annotations'>, { name, stage, verdict, kinds }: GuardrailOutcome): void {
  annotations.guardrails ??= []
  const outcomes = annotations.guardrails
  const index = outcomes.findIndex((one) => one.name === name && one.stage === stage && one.verdict === verdict)
  const known = outcomes[index]
  if (known !== undefined) outcomes[index] = { ...known, kinds: merge(known.kinds, kinds) }
  else if (outcomes.length < mostOutcomes) outcomes.push({ name, stage, verdict, kinds: merge([], kinds) })
}

/** Who judged, and what. */
export interface Judged {
  readonly guardrail: Guardrail
  readonly stage: GuardrailStage
}

function blockedMessage(name: string, stage: GuardrailStage, { kinds, message }: GuardrailVerdict & { readonly type: 'block' }): string {
  const what = stage === 'input' ? 'The request' : 'The answer'
  const found = kinds.length === 0 ? '' : ` It found: ${merge([], kinds).join(', ')}.`
  return `${what} was blocked by the guardrail "${name}".${found}${message === undefined ? '' : ` ${message}`}`
}

/** @throws ProxyApiError `guardrail_violation` for a verdict that blocks */
export function assertNotBlocked(call: Call, { guardrail: { name }, stage }: Judged, verdict: GuardrailVerdict): void {
  if (verdict.type === 'allow') return
  noteOutcome(call, { name, stage, verdict: verdict.type, kinds: verdict.kinds })
  if (verdict.type === 'block')
    throw new ProxyApiError({ code: 'guardrail_violation', message: blockedMessage(name, stage, verdict), param: stage })
}

/** What a guardrail that failed comes to: nothing, or the refusal of the call. @throws ProxyApiError `guardrail_unavailable` */
export function onGuardrailFailure(call: Call, { guardrail, stage }: Judged, cause: unknown): void {
  // A caller who has left is no failure of the guardrail.
  call.abort.throwIfAborted()
  noteOutcome(call, { name: guardrail.name, stage, verdict: 'failed', kinds: [] })
  if (guardrail.onFailure === 'fail_open') return
  const message = `The guardrail "${guardrail.name}" could not decide, and its configuration lets nothing pass then.`
  throw new ProxyApiError({ code: 'guardrail_unavailable', message, retryable: true, cause })
}
