import type { ConversationProfile } from './conversation-profile.ts'
import { chooseUnit, costOf, type Selection } from './selection.ts'
import { numbersInSteps, type Steps } from './steps.ts'
import { createUnitHeap } from './unit-heap.ts'

/*
 * Lazy greedy cover: a unit's gain is its prior times the worth of the concepts that it would tell, and a concept told before is worth a
 * tenth. Gains only ever fall, so the top of a heap is looked at again and is right when it stays on top (Minoux 1978). About n log n.
 */
/** Below this share of the history, whole long sentences tell more than many short ones. */
const tightShare = 0.06
const tightExponent = 0.6

function* divisorsFor({ divisors, sourceTokens }: ConversationProfile, maxTokens: number): Steps<Float64Array> {
  if (maxTokens >= tightShare * sourceTokens) return divisors
  return yield* numbersInSteps(divisors.length, (index) => (divisors[index] ?? 1) ** tightExponent)
}

function gainOf(profile: ConversationProfile, selection: Selection, index: number): number {
  let gain = 0
  for (const term of profile.units[index]?.terms ?? []) {
    const told = selection.told[term] ?? 0
    const share = told === 0 ? 1 : told === 1 ? profile.style.secondMention : profile.style.laterMention
    gain += (profile.weights[term] ?? 0) * share
  }
  return gain
}

/** Chooses units that together tell most of what the history holds, until the budget is spent. Yields now and then. */
export function* selectCoverage(profile: ConversationProfile, selection: Selection, maxTokens: number): Steps<void> {
  const divisors = yield* divisorsFor(profile, maxTokens)
  const worthOf = (index: number): number => ((profile.priors[index] ?? 0) * gainOf(profile, selection, index)) / (divisors[index] ?? 1)
  const heap = yield* createUnitHeap(yield* numbersInSteps(profile.units.length, worthOf), selection.isChosen)
  for (let looks = 0, top = heap.top(); top !== undefined; looks++, top = heap.top()) {
    if (looks % 512 === 511) yield
    if (selection.tokens + costOf(profile, top) > maxTokens) {
      heap.dropTop()
      continue
    }
    const worth = worthOf(top)
    if (worth < (heap.worth[top] ?? 0)) {
      heap.worth[top] = worth
      heap.sinkTop()
      continue
    }
    heap.dropTop()
    if (worth > 0) chooseUnit(profile, selection, top)
  }
}
