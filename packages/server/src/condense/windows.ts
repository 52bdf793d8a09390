import type { Call, ChatRequest, Engine, Target } from '@proxyapi/core'
import type { Awaitable } from '@proxyapi/core/serving'

/** Room for an answer whose length is not bounded. */
const usualAnswerTokens = 1_024
/** At most this share of the window is kept for the answer. */
const answerShare = 0.25

const none = (): readonly Target[] => []

/** The targets of a request; no promise where they are known. A name that is not known is the router's to refuse: a cache may still know the answer. */
export function targetsOf(request: ChatRequest, call: Call, engine: Engine): Awaitable<readonly Target[]> {
  const targets = engine.targetsOf(request.model, call.overrides)
  return targets instanceof Promise ? targets.catch(none) : targets
}

/**
 * Tokens of input that the largest of the targets can read beside its answer; `undefined` when one of them is not known: it may be
 * larger still.
 */
export function windowOf(request: ChatRequest, targets: readonly Target[], engine: Engine): number | undefined {
  let largest = 0
  for (const target of targets) {
    const length = engine.catalog.facts(target).contextLength
    if (length === undefined) return undefined
    largest = Math.max(largest, length)
  }
  if (largest === 0) return undefined
  const answer = request.maxTokens ?? Math.min(usualAnswerTokens, Math.floor(largest * answerShare))
  return largest > answer ? largest - answer : undefined
}
