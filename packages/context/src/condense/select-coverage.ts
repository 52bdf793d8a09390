import type { ConversationProfile } from './conversation-profile.ts'
import { chooseUnit, costOf, type Selection } from './selection.ts'
import type { Steps } from './steps.ts'

/*
 * Lazy greedy cover: a unit's gain is its prior times the worth of the concepts that it would tell, and a concept told before is worth a
 * tenth. Gains only ever fall, so the top of a heap is looked at again and is right when it stays on top (Minoux 1978). About n log n.
 */
/** Below this share of the history, whole long sentences tell more than many short ones. */
const tightShare = 0.06
const tightExponent = 0.6

function divisorsFor({ divisors, sourceTokens }: ConversationProfile, maxTokens: number): Float64Array {
  return maxTokens < tightShare * sourceTokens ? divisors.map((divisor) => divisor ** tightExponent) : divisors
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

/** A heap of units by falling worth; equals keep the order of the history. */
interface Heap {
  readonly places: Int32Array
  readonly worth: Float64Array
  size: number
}

function isAbove({ worth }: Heap, left: number, right: number): boolean {
  const difference = (worth[left] ?? 0) - (worth[right] ?? 0)
  return difference === 0 ? left < right : difference > 0
}

function sink(heap: Heap, from: number): void {
  const { places, size } = heap
  const moving = places[from] ?? 0
  let place = from
  for (;;) {
    let child = 2 * place + 1
    if (child >= size) break
    if (child + 1 < size && isAbove(heap, places[child + 1] ?? 0, places[child] ?? 0)) child++
    if (!isAbove(heap, places[child] ?? 0, moving)) break
    places[place] = places[child] ?? 0
    place = child
  }
  places[place] = moving
}

function createHeap(worth: Float64Array, isChosen: Uint8Array): Heap {
  const places = Int32Array.from(worth.keys()).filter((index) => isChosen[index] === 0 && (worth[index] ?? 0) > 0)
  const heap: Heap = { places, worth, size: places.length }
  for (let place = (heap.size >> 1) - 1; place >= 0; place--) sink(heap, place)
  return heap
}

function dropTop(heap: Heap): void {
  heap.size--
  heap.places[0] = heap.places[heap.size] ?? 0
  sink(heap, 0)
}

/** Chooses units that together tell most of what the history holds, until the budget is spent. Yields now and then. */
export function* selectCoverage(profile: ConversationProfile, selection: Selection, maxTokens: number): Steps<void> {
  const divisors = divisorsFor(profile, maxTokens)
  const worthOf = (index: number): number => ((profile.priors[index] ?? 0) * gainOf(profile, selection, index)) / (divisors[index] ?? 1)
  const heap = createHeap(
    Float64Array.from(profile.units, (_, index) => worthOf(index)),
    selection.isChosen,
  )
  for (let looks = 0; heap.size > 0; looks++) {
    if (looks % 512 === 511) yield
    const top = heap.places[0] ?? 0
    if (selection.tokens + costOf(profile, top) > maxTokens) {
      dropTop(heap)
      continue
    }
    const worth = worthOf(top)
    if (worth < (heap.worth[top] ?? 0)) {
      heap.worth[top] = worth
      sink(heap, 0)
      continue
    }
    dropTop(heap)
    if (worth > 0) chooseUnit(profile, selection, top)
  }
}
