import { contraryPrefixes, opposites } from './meaning-words.table.ts'
import { readFacts, type TextFacts } from './text-facts.ts'

/** Why two texts are not the same question, however near their vectors are. */
export type MeaningDifference = 'numbers' | 'names' | 'signs' | 'negation' | 'opposites' | 'words'

/** So many changed words in an otherwise equal sentence make it another question and not a paraphrase. */
const maxSwapped = 2
/** In longer texts, from this share of common words on. */
const maxSharedRatio = 0.6

/**
 * Looks for what vectors are blind to: another number, date or name, a negation, an opposite, one word in the place of
 * another, one word more, or the same words in another order. `undefined` when there is none of it. Errs towards a
 * difference: a match missed costs a call, a wrong one a wrong answer.
 */
export function differsInMeaning(one: string, other: string): MeaningDifference | undefined {
  return compareMeaning(one)(other)
}

/** As `differsInMeaning`, for one text and many: it is read once. */
export function compareMeaning(one: string): (other: string) => MeaningDifference | undefined {
  const facts = readFacts(one)
  return (other) => (one === other ? undefined : differenceOf(facts, readFacts(other)))
}

function differenceOf(a: TextFacts, b: TextFacts): MeaningDifference | undefined {
  if (!sameSequence(a.pinned, b.pinned)) return 'numbers'
  if (!sameNames(a, b)) return 'names'
  if (a.signs !== b.signs) return 'signs'
  if (a.negations !== b.negations) return 'negation'
  if (areOpposed(a, b)) return 'opposites'
  return differInWords(a.content, b.content) ? 'words' : undefined
}

function sameSequence(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

/** What either text writes as a name must stand in both, in the same order; how it is written does not matter. */
function sameNames(a: TextFacts, b: TextFacts): boolean {
  const names = new Set([...a.names, ...b.names])
  const mentioned = (words: ReadonlySet<string>): readonly string[] => [...words].filter((word) => names.has(word))
  return sameSequence(mentioned(a.words), mentioned(b.words))
}

function areOpposed(a: TextFacts, b: TextFacts): boolean {
  const onlyA = new Set([...a.words].filter((word) => !b.words.has(word)))
  const onlyB = new Set([...b.words].filter((word) => !a.words.has(word)))
  return (
    opposites.some(([x, y]) => (onlyA.has(x) && onlyB.has(y)) || (onlyA.has(y) && onlyB.has(x))) ||
    negates(onlyA, onlyB) ||
    negates(onlyB, onlyA)
  )
}

function negates(words: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...words].some((word) => contraryPrefixes.some((prefix) => others.has(prefix + word)))
}

/** A paraphrase changes the sentence. What keeps most of it and changes, adds or moves a word asks something else. */
function differInWords(a: readonly string[], b: readonly string[]): boolean {
  if (sameSequence(a, b)) return false
  const shared = countShared(a, b)
  const longer = Math.max(a.length, b.length)
  if (shared >= longer * maxSharedRatio || shared === Math.min(a.length, b.length)) return true
  return a.length === b.length && a.filter((word, index) => word !== b[index]).length <= maxSwapped
}

function countShared(a: readonly string[], b: readonly string[]): number {
  const words = new Set(b)
  return a.filter((word) => words.has(word)).length
}
