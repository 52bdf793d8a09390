import type { Attempt } from '../../call/attempt.ts'
import type { Receipt } from '../../call/receipt.ts'
import type { Usage } from '../../chat/usage.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient, prices } from './invariant.ts'
import { findAnswering } from './text.ts'

function sameUsage(a: Usage | undefined, b: Usage | undefined): boolean {
  // An answer in Anthropic's dialect always has a usage, so a missing one is read as zeros.
  return (a?.inputTokens ?? 0) === (b?.inputTokens ?? 0) && (a?.outputTokens ?? 0) === (b?.outputTokens ?? 0)
}

function show(usage: Usage | undefined): string {
  return usage === undefined ? 'nothing' : `${usage.inputTokens}+${usage.outputTokens}`
}

function usageMismatch(call: UpstreamCall, usage: Usage | undefined): string | undefined {
  return sameUsage(usage, call.usage) ? undefined : `${call.target} reported ${show(call.usage)}, the receipt has ${show(usage)}`
}

/** More than any prompt of a simulation holds: what a scripted upstream reports when its usage is wrong. */
const impossibleTokens = 1_000_000

/** Whether an upstream's figures can be what was consumed; those that can't are estimated. */
function isCredible(usage: Usage | undefined): usage is Usage {
  return usage !== undefined && usage.inputTokens > 0 && usage.inputTokens < impossibleTokens
}

function isEstimated({ attempts, winner }: Receipt): boolean {
  return winner !== undefined && attempts[winner]?.usageEstimated !== undefined
}

export const usageIsTheWinners: Invariant = perClient('usage is what the answering upstream reported', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (view.ended !== 'complete' || receipt === undefined) return undefined
  const winner = findAnswering(view.text, callsOf(view.client), true)
  // The usage of a continued answer is the sum of its parts, and that of the broken part is an estimate.
  if (winner === undefined || winner.prefill !== undefined) return undefined
  const estimated = isEstimated(receipt)
  if (isCredible(winner.usage) === estimated) return `${winner.target} reported ${show(winner.usage)}, estimated: ${estimated}`
  return (estimated ? undefined : usageMismatch(winner, receipt.usage)) ?? usageMismatch(winner, view.usage)
})

export const winnerIsNamed: Invariant = perClient('the receipt names the provider that answered', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (view.ended !== 'complete' || receipt === undefined) return undefined
  const winner = findAnswering(view.text, callsOf(view.client), true)
  if (winner === undefined || winner.prefill !== undefined) return undefined
  return receipt.provider === winner.target ? undefined : `${winner.target} answered, the receipt names ${receipt.provider}`
})

/** The attempt that made an upstream call. */
function attemptOf({ target, startedAtMs }: UpstreamCall, attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.find((attempt) => attempt.provider === target && attempt.startedAtMs === startedAtMs)
}

export const billedAttemptAnswered: Invariant = perClient(
  'the billed attempt is the one whose text the client has',
  (view, { callsOf }) => {
    const receipt = view.receipts[0]
    if (view.ended !== 'complete' || receipt === undefined) return undefined
    const call = findAnswering(view.text, callsOf(view.client), true)
    const attempt = call === undefined ? undefined : attemptOf(call, receipt.attempts)
    if (attempt === undefined) return undefined
    const { provider, winner, costNanoUsd } = receipt
    const isNamed = provider === attempt.provider && winner !== undefined && receipt.attempts[winner] === attempt
    return isNamed && costNanoUsd === (attempt.costNanoUsd ?? 0)
      ? undefined
      : `${attempt.provider} answered for ${attempt.costNanoUsd}, the receipt has ${provider} for ${costNanoUsd}`
  },
)

export const oneWinner: Invariant = perClient('no two attempts of a request count as its answer', ({ receipts }) => {
  const winners = receipts[0]?.attempts.filter(({ outcome, reason }) => outcome === 'success' && reason !== 'continuation') ?? []
  return winners.length <= 1 ? undefined : `${winners.length} attempts succeeded`
})

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0)
}

export const costsAddUp: Invariant = perClient('what a request cost is what its attempts cost, each counted once', ({ receipts }) => {
  const receipt = receipts[0]
  if (receipt === undefined) return undefined
  const billedNanoUsd = (receipt.costNanoUsd ?? 0) + receipt.wastedNanoUsd
  const spentNanoUsd = sum(receipt.attempts.map(({ costNanoUsd }) => costNanoUsd))
  return billedNanoUsd === spentNanoUsd ? undefined : `billed ${billedNanoUsd}, the attempts cost ${spentNanoUsd}`
})

export const onlyTheWinnerIsBilled: Invariant = perClient('a request is billed what its answer cost', (view, { callsOf }) => {
  const receipt = view.receipts[0]
  if (receipt === undefined || view.left !== undefined) return undefined
  // A whole answer counts even if its reader was too slow for the deadline.
  const answered = receipt.attempts.some(({ outcome }) => outcome === 'success')
  if (!answered) return receipt.costNanoUsd === 0 ? undefined : `a failed request was billed ${receipt.costNanoUsd}`
  if (view.ended !== 'complete') return undefined
  const usage = findAnswering(view.text, callsOf(view.client), true)?.usage
  if (!isCredible(usage) || callsOf(view.client).some(({ prefill }) => prefill !== undefined)) return undefined
  const dueNanoUsd = usage.inputTokens * prices.inputNanoUsd + usage.outputTokens * prices.outputNanoUsd
  return receipt.costNanoUsd === dueNanoUsd ? undefined : `billed ${receipt.costNanoUsd}, due ${dueNanoUsd}`
})
