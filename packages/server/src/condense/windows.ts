import type { Call, ChatRequest, Engine, Target } from '@proxyapi/core'

/** Room for an answer whose length is not bounded. */
const usualAnswerTokens = 1_024
/** And at most this share of a small model. */
const answerShare = 0.25

/** The targets of a request. A name that is not known is the router's to refuse: a cache may still know the answer. */
export async function targetsOf(request: ChatRequest, call: Call, engine: Engine): Promise<readonly Target[]> {
  try {
    return await engine.targetsOf(request.model, call.overrides)
  } catch {
    return []
  }
}

/**
 * Tokens of input that the largest of the targets can read beside its answer; `undefined` when one of them is not known: it may be
 * larger still.
 */
export function windowOf(request: ChatRequest, targets: readonly Target[], engine: Engine): number | undefined {
  const lengths = targets.map((target) => engine.catalog.facts(target).contextLength)
  const largest = lengths.reduce((most, length) => (most === undefined || length === undefined ? undefined : Math.max(most, length)), 0)
  if (largest === undefined || largest === 0) return undefined
  const answer = request.maxTokens ?? Math.min(usualAnswerTokens, Math.floor(largest * answerShare))
  return largest > answer ? largest - answer : undefined
}
