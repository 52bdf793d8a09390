import type { Call, CondensationOutcome, Engine, Usage } from '@proxyapi/core'

function input(tokens: number): Usage {
  return { inputTokens: tokens, outputTokens: 0, totalTokens: tokens }
}

/** What the tokens left out would have cost at the target that answered; `undefined` when none was asked, `null` without a price. */
function savedNanoUsd(call: Call, { fromTokens, toTokens }: CondensationOutcome, engine: Engine): number | null | undefined {
  const { winner } = call
  const provider = engine.providers.find(({ name }) => name === winner?.provider)
  if (winner === undefined || provider === undefined) return undefined
  const target = { provider, model: winner.model }
  const before = engine.catalog.priceUsage(target, input(fromTokens))
  const after = engine.catalog.priceUsage(target, input(toTokens))
  return before === null || after === null ? null : before.nanoUsd - after.nanoUsd
}

/** Records on the call what condensation has saved, once the answering target is known. */
export function markSavings(call: Call, engine: Engine): void {
  const mark = call.annotations.condensation
  if (mark !== undefined) call.annotations.condensation = { ...mark, savedNanoUsd: savedNanoUsd(call, mark, engine) }
}
