import type { Usage } from '../../chat/usage.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient } from './invariant.ts'
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
