import type { Usage } from '../../chat/usage.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient, prices } from './invariant.ts'
import { answering } from './text.ts'

function sameUsage(told: Usage | undefined, said: Usage | undefined): boolean {
  // Anthropic's dialect has no answer without usage: a missing one reads as zeros.
  return (told?.inputTokens ?? 0) === (said?.inputTokens ?? 0) && (told?.outputTokens ?? 0) === (said?.outputTokens ?? 0)
}

function show(usage: Usage | undefined): string {
  return usage === undefined ? 'nothing' : `${usage.inputTokens}+${usage.outputTokens}`
}

function billed(call: UpstreamCall, usage: Usage | undefined): string | undefined {
  return sameUsage(usage, call.usage) ? undefined : `${call.target} said ${show(call.usage)}, the receipt ${show(usage)}`
}

export const usageIsTheWinners: Invariant = perClient('usage is what the answering upstream said', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (view.ended !== 'complete' || receipt === undefined) return undefined
  const winner = answering(view.text, callsOf(view.client), true)
  // A continued answer is billed as the sum of its parts, of which the broken one can only be estimated.
  if (winner === undefined || winner.prefill !== undefined) return undefined
  return billed(winner, receipt.usage) ?? billed(winner, view.usage)
})

export const winnerIsNamed: Invariant = perClient('the receipt names the provider that answered', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (view.ended !== 'complete' || receipt === undefined) return undefined
  const winner = answering(view.text, callsOf(view.client), true)
  if (winner === undefined || winner.prefill !== undefined) return undefined
  return receipt.provider === winner.target ? undefined : `${winner.target} answered, the receipt names ${receipt.provider}`
})

export const oneWinner: Invariant = perClient('no two attempts of a request count as its answer', ({ receipts }) => {
  const winners = receipts[0]?.attempts.filter(({ outcome, reason }) => outcome === 'success' && reason !== 'continuation') ?? []
  return winners.length <= 1 ? undefined : `${winners.length} attempts succeeded`
})

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0)
}

export const moneyAddsUp: Invariant = perClient('what a request cost is what its attempts cost, each counted once', ({ receipts }) => {
  const receipt = receipts[0]
  if (receipt === undefined) return undefined
  const billedNanoUsd = (receipt.costNanoUsd ?? 0) + receipt.wastedNanoUsd
  const spentNanoUsd = sum(receipt.attempts.map(({ costNanoUsd }) => costNanoUsd))
  return billedNanoUsd === spentNanoUsd ? undefined : `billed ${billedNanoUsd}, the attempts cost ${spentNanoUsd}`
})

export const onlyTheWinnerIsBilled: Invariant = perClient('a request is billed what its answer cost', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (receipt === undefined || view.left !== undefined) return undefined
  // An answer may be there whole, and its reader too slow for the deadline: it was given all the same.
  const answered = receipt.attempts.some(({ outcome }) => outcome === 'success')
  if (!answered) return receipt.costNanoUsd === 0 ? undefined : `a failed request was billed ${receipt.costNanoUsd}`
  if (view.ended !== 'complete') return undefined
  const usage = answering(view.text, callsOf(view.client), true)?.usage
  if (usage === undefined || callsOf(view.client).some(({ prefill }) => prefill !== undefined)) return undefined
  const dueNanoUsd = usage.inputTokens * prices.inputNanoUsd + usage.outputTokens * prices.outputNanoUsd
  return receipt.costNanoUsd === dueNanoUsd ? undefined : `billed ${receipt.costNanoUsd}, due ${dueNanoUsd}`
})
