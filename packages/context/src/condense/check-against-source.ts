import type { ConversationProfile } from './conversation-profile.ts'
import { fold } from './lexicon.ts'
import { findItems, type SalientItem } from './salient-items.ts'

/** What a written summary did to the numbers and names of its source. */
export interface SourceCheck {
  /** Items of the source that the summary lacks, the weightiest first. */
  readonly lost: readonly string[]
  /** Numbers, identifiers, links and names of the summary that the source does not have. */
  readonly invented: readonly string[]
}

function weightOf(item: SalientItem, profile: ConversationProfile): number {
  const place = profile.placeOf.get(item.concept)
  return place === undefined ? 0 : (profile.weights[place] ?? 0) * (profile.unitCounts[place] ?? 0)
}

/** The items of a profile, each once, by falling weight. */
function itemsOf(profile: ConversationProfile): readonly SalientItem[] {
  const items = new Map<number, SalientItem>()
  for (const { unit } of profile.units) for (const item of unit.items) if (item.kind !== 'name') items.set(item.concept, item)
  return [...items.values()].sort((left, right) => weightOf(right, profile) - weightOf(left, profile) || (left.text < right.text ? -1 : 1))
}

/** Digits without the marks that group them, so that `48,250` and `48250` are the same. */
function digitsOf(text: string): string {
  return text.replace(/[^\d]/g, '')
}

function isInSource(item: SalientItem, source: string, digits: ReadonlySet<string>): boolean {
  if (source.includes(fold(item.text))) return true
  return item.kind === 'number' && digits.has(digitsOf(item.text))
}

/** Compares a written summary with what it was written from. */
export function checkAgainstSource(summary: string, profile: ConversationProfile): SourceCheck {
  const source = fold(profile.messages.map(({ text }) => text).join('\n'))
  const digits = new Set(
    profile.units.flatMap(({ unit }) => unit.items.filter(({ kind }) => kind === 'number').map(({ text }) => digitsOf(text))),
  )
  const written = fold(summary)
  const invented = summary
    .split('\n')
    .flatMap(findItems)
    .filter((item) => !isInSource(item, source, digits))
  return {
    lost: itemsOf(profile).flatMap(({ text }) => (written.includes(fold(text)) ? [] : [text])),
    invented: invented.map(({ text }) => text),
  }
}
