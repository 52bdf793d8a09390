import type { ConversationProfile } from './conversation-profile.ts'

/** Which units are kept, what they tell and what they cost. */
export interface Selection {
  /** The chosen units, in the order in which they were chosen. */
  readonly order: number[]
  readonly isChosen: Uint8Array
  /** How often each concept has been told. */
  readonly told: Int32Array
  /** Tokens of the chosen units, with a mark between each two. */
  tokens: number
}

export function startSelection(profile: ConversationProfile): Selection {
  const { units, unitCounts } = profile
  return { order: [], isChosen: new Uint8Array(units.length), told: new Int32Array(unitCounts.length), tokens: 0 }
}

/** Tokens that a unit takes, the line break after it included. */
export function costOf(profile: ConversationProfile, index: number): number {
  return (profile.units[index]?.unit.tokens ?? 0) + 1
}

export function chooseUnit(profile: ConversationProfile, selection: Selection, index: number): void {
  selection.isChosen[index] = 1
  selection.order.push(index)
  selection.tokens += costOf(profile, index)
  for (const term of profile.units[index]?.terms ?? []) selection.told[term] = (selection.told[term] ?? 0) + 1
}

export function selectAll(profile: ConversationProfile): Selection {
  const selection = startSelection(profile)
  profile.units.forEach((_, index) => chooseUnit(profile, selection, index))
  return selection
}
