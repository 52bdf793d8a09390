import type { Call, ChatRequest, Engine, Target } from '@proxyapi/core'

/** Room for an answer whose length is not bounded. */
const usualAnswerTokens = 1_024
/** At most this share of the window is kept for the answer. */
const answerShare = 0.25

/** The targets of a request; none for an unknown name. The router refuses it, for the cache may still have the answer. */
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
