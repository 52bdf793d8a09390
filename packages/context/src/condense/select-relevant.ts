import type { ConversationProfile } from './conversation-profile.ts'
import { chooseUnit, costOf, type Selection } from './selection.ts'
import type { Steps } from './steps.ts'
import { createUnitHeap } from './unit-heap.ts'

/** Whether a unit tells nothing that the selection does not tell already. */
function isTold(profile: ConversationProfile, selection: Selection, index: number): boolean {
  const terms = profile.units[index]?.terms ?? new Int32Array()
  return terms.length > 0 && terms.every((term) => (selection.told[term] ?? 0) > 1)
}

/** The whole message of a hit when it is short, since its other sentences say what the hit is about; else the hit alone. */
function neighbourhood(profile: ConversationProfile, index: number): readonly number[] {
  const message = profile.units[index]?.message ?? 0
  if ((profile.messages[message]?.unitTokens ?? 0) > profile.style.shortMessageTokens) return [index]
  const first = profile.firstUnits[message] ?? 0
  const end = profile.firstUnits[message + 1] ?? 0
  return Array.from({ length: end - first }, (_, offset) => first + offset)
}

interface RelevantRequest {
  readonly scores: Float64Array
  readonly maxTokens: number
  /** What the best answer may take even when the others get less. */
  readonly largest: number
}

/** The best answer has its place however little the question may take. */
function chooseBest(
  profile: ConversationProfile,
  selection: Selection,
  { best, maxTokens }: { readonly best: number | undefined; readonly maxTokens: number },
): void {
  if (best !== undefined && costOf(profile, best) <= maxTokens) chooseUnit(profile, selection, best)
}

/** Chooses the units that say most about the question until the budget is spent. Yields now and then. */
export function* selectRelevant(
  profile: ConversationProfile,
  selection: Selection,
  { scores, maxTokens, largest }: RelevantRequest,
): Steps<void> {
  const open = (index: number): boolean => selection.isChosen[index] === 0 && !isTold(profile, selection, index)
  const ranked = yield* createUnitHeap(scores, selection.isChosen)
  chooseBest(profile, selection, { best: ranked.top(), maxTokens: largest })
  for (let looks = 0, hit = ranked.top(); hit !== undefined; looks++, hit = ranked.top()) {
    if (selection.tokens >= maxTokens) return
    if (looks % 128 === 127) yield
    ranked.dropTop()
    if (!open(hit)) continue
    const wanted = neighbourhood(profile, hit).filter((index) => index === hit || open(index))
    const cost = wanted.reduce((sum, index) => sum + costOf(profile, index), 0)
    const fitting = selection.tokens + cost <= maxTokens ? wanted : [hit]
    for (const index of fitting) if (selection.tokens + costOf(profile, index) <= maxTokens) chooseUnit(profile, selection, index)
  }
}
