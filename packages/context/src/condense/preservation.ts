import type { ConversationProfile } from './conversation-profile.ts'
import type { Lexicon } from './lexicon.ts'
import type { ItemKind } from './salient-items.ts'
import { hasCue, scanWords } from './scan-words.ts'
import type { Selection } from './selection.ts'

/** How many of something the source holds, and how many survive. */
export interface Kept {
  readonly kept: number
  readonly total: number
}

/** What of the source survives a condensation. */
export interface Preservation {
  /** Share of names, numbers, identifiers, links and constraints that survive, each counted once; 1 when the source has none. */
  readonly score: number
  /** The same share among those that the source tells more than once. */
  readonly repeatedScore: number
  readonly names: Kept
  readonly numbers: Kept
  readonly identifiers: Kept
  readonly links: Kept
  /** Sentences that command or forbid. */
  readonly constraints: Kept
}

const none: Kept = { kept: 0, total: 0 }

/** Nothing was left out. */
export const nothingLost: Preservation = {
  score: 1,
  repeatedScore: 1,
  names: none,
  numbers: none,
  identifiers: none,
  links: none,
  constraints: none,
}

type Tally = { kept: number; total: number }

function add(tally: Tally, isKept: boolean): void {
  tally.total++
  if (isKept) tally.kept++
}

function shareOf(tallies: readonly Kept[]): number {
  const total = tallies.reduce((sum, tally) => sum + tally.total, 0)
  return total === 0 ? 1 : tallies.reduce((sum, tally) => sum + tally.kept, 0) / total
}

/** How an answer is asked what it tells. */
interface Telling {
  readonly tellsItem: (place: number) => boolean
  readonly tellsUnit: (index: number) => boolean
}

function measure(profile: ConversationProfile, { tellsItem, tellsUnit }: Telling): Preservation {
  const kinds: Record<ItemKind, Tally> = {
    name: { kept: 0, total: 0 },
    number: { kept: 0, total: 0 },
    identifier: { kept: 0, total: 0 },
    link: { kept: 0, total: 0 },
  }
  const repeated: Tally = { kept: 0, total: 0 }
  const constraints: Tally = { kept: 0, total: 0 }
  profile.kinds.forEach((kind, place) => {
    if (kind === undefined) return
    const isKept = tellsItem(place)
    add(kinds[kind], isKept)
    if ((profile.unitCounts[place] ?? 0) > 1) add(repeated, isKept)
  })
  profile.units.forEach(({ unit }, index) => {
    if (hasCue(unit.cues, 'instruction') && !unit.isQuestion) add(constraints, tellsUnit(index))
  })
  const { name, number, identifier, link } = kinds
  return {
    score: shareOf([name, number, identifier, link, constraints]),
    repeatedScore: shareOf([repeated]),
    names: name,
    numbers: number,
    identifiers: identifier,
    links: link,
    constraints,
  }
}

/** Measures a selection: an item survives when a chosen unit tells it. */
export function measurePreservation(profile: ConversationProfile, { told, isChosen }: Selection): Preservation {
  return measure(profile, { tellsItem: (place) => (told[place] ?? 0) > 0, tellsUnit: (index) => isChosen[index] === 1 })
}

/** A written sentence stands for one of the source when it shares so much of its words. */
const sharedWords = 0.6

/** Measures a text that was written anew: an item survives when the text holds it, a constraint when it holds most of its words. */
export function measureText(profile: ConversationProfile, text: string, lexicon: Lexicon): Preservation {
  const scans = text.split('\n').map((line) => scanWords(line, lexicon))
  const told = new Set(scans.flatMap(({ concepts, items }) => [...concepts, ...items.map(({ concept }) => concept)]))
  const places = new Set([...told].map((concept) => profile.placeOf.get(concept)))
  const tellsUnit = (index: number): boolean => {
    const { concepts } = profile.units[index]?.unit ?? { concepts: [] }
    return concepts.filter((concept) => told.has(concept)).length >= sharedWords * concepts.length
  }
  return measure(profile, { tellsItem: (place) => places.has(place), tellsUnit })
}
