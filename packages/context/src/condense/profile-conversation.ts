import type { MessageAnalysis, Unit } from './analyse-message.ts'
import type { SalientItem } from './salient-items.ts'
import type { Steps } from './steps.ts'

/** A unit in its conversation. */
export interface PlacedUnit {
  readonly unit: Unit
  /** Place of its message in the history. */
  readonly message: number
  /** Places of its concepts in the profile: stems first, then items. */
  readonly terms: Int32Array
}

/** What is known of a history as a whole, whatever is asked about it. */
export interface ConversationProfile {
  readonly messages: readonly MessageAnalysis[]
  readonly units: readonly PlacedUnit[]
  /** First unit of each message; one entry more than there are messages. */
  readonly firstUnits: Int32Array
  /** Place of a concept by its number. */
  readonly placeOf: ReadonlyMap<number, number>
  /** What item each concept is; `undefined` for the stems of words. */
  readonly kinds: readonly (SalientItem['kind'] | undefined)[]
  /** Units that hold the concept at each place. */
  readonly unitCounts: Int32Array
  /** What each concept is worth the first time it is told. */
  readonly weights: Float64Array
  /** Plain tokens of the messages as they were written. */
  readonly sourceTokens: number
  /** Share of the text that is tool results, calls, data or code: 0 in talk, near 1 in the runs of agents. */
  readonly agentic: number
  /** Share of the text that users wrote. */
  readonly userShare: number
  readonly averageWords: number
}

interface Vocabulary {
  readonly placeOf: Map<number, number>
  readonly counts: number[]
  readonly kinds: (SalientItem['kind'] | undefined)[]
}

function placeConcept(vocabulary: Vocabulary, concept: number, kind: SalientItem['kind'] | undefined): number {
  const known = vocabulary.placeOf.get(concept)
  if (known !== undefined) {
    vocabulary.counts[known] = (vocabulary.counts[known] ?? 0) + 1
    return known
  }
  const place = vocabulary.counts.push(1) - 1
  vocabulary.kinds.push(kind)
  vocabulary.placeOf.set(concept, place)
  return place
}

function placeUnit(unit: Unit, vocabulary: Vocabulary): Int32Array {
  const terms = new Int32Array(unit.concepts.length + unit.items.length)
  let next = 0
  for (const concept of unit.concepts) terms[next++] = placeConcept(vocabulary, concept, undefined)
  for (const item of unit.items) terms[next++] = placeConcept(vocabulary, item.concept, item.kind)
  return terms
}

const itemWeight = { identifier: 4, link: 4, number: 2, name: 1.5 } as const

/** Rare concepts weigh more, and so do repeated ones; a word told once is often an accident. */
function weighConcepts({ counts, kinds }: Vocabulary, unitCount: number): Float64Array {
  return Float64Array.from(counts, (count, place) => {
    const kind = kinds[place]
    const rarity = Math.log(1 + unitCount / count) ** 0.7 * count ** 0.2
    if (kind !== undefined) return rarity * itemWeight[kind]
    return count === 1 ? rarity * 0.3 : rarity
  })
}

const dataLine = new Set<string>(['code', 'row', 'trace'])

function shares(messages: readonly MessageAnalysis[]): { readonly agentic: number; readonly userShare: number } {
  let data = 0
  let user = 0
  let all = 0
  for (const { role, units } of messages) {
    for (const { tokens, kind } of units) {
      all += tokens
      if (role === 'tool' || dataLine.has(kind)) data += tokens
      if (role === 'user') user += tokens
    }
  }
  return { agentic: all === 0 ? 0 : data / all, userShare: all === 0 ? 0 : user / all }
}

/** Puts the messages of a history together: which concepts are rare, who speaks how much. Yields after each message. */
export function* profileConversation(messages: readonly MessageAnalysis[]): Steps<ConversationProfile> {
  const vocabulary: Vocabulary = { placeOf: new Map(), counts: [], kinds: [] }
  const units: PlacedUnit[] = []
  const firstUnits = new Int32Array(messages.length + 1)
  let words = 0
  for (const [message, { units: own }] of messages.entries()) {
    firstUnits[message] = units.length
    for (const unit of own) {
      units.push({ unit, message, terms: placeUnit(unit, vocabulary) })
      words += unit.concepts.length
      if (units.length % 256 === 0) yield
    }
    yield
  }
  firstUnits[messages.length] = units.length
  return {
    messages,
    units,
    firstUnits,
    placeOf: vocabulary.placeOf,
    kinds: vocabulary.kinds,
    unitCounts: Int32Array.from(vocabulary.counts),
    weights: weighConcepts(vocabulary, units.length),
    sourceTokens: messages.reduce((sum, { sourceTokens }) => sum + sourceTokens, 0),
    ...shares(messages),
    averageWords: words / Math.max(1, units.length),
  }
}
