import type { MessageAnalysis, Unit } from './analyse-message.ts'
import type { ConversationProfile, PlacedUnit } from './conversation-profile.ts'
import { cutPassages } from './passages.ts'
import type { SalientItem } from './salient-items.ts'
import { numbersInSteps, type Steps } from './steps.ts'
import { dataFrom, unitPriors } from './unit-priors.ts'
import { runWeights, talkWeights, type Weights, workWeights } from './weights.ts'

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

/** Rare concepts weigh more, and so do repeated ones; a word told once is often an accident. */
function* weighConcepts({ counts, kinds }: Vocabulary, unitCount: number, weights: Weights): Steps<Float64Array> {
  return yield* numbersInSteps(counts.length, (place) => {
    const count = counts[place] ?? 0
    const kind = kinds[place]
    const rarity = Math.log(1 + unitCount / count) ** weights.rarityExponent * count ** weights.frequencyExponent
    if (kind !== undefined) return rarity * weights[kind]
    return count === 1 ? rarity * weights.onceFactor : rarity
  })
}

const dataLine = new Set<string>(['code', 'row', 'trace'])

/** From this share of tool calls and results on, a history is the run of an agent. */
const runFrom = 0.2

function styleOf(toolShare: number, dataShare: number): Weights {
  if (toolShare >= runFrom) return runWeights
  return dataShare >= dataFrom ? workWeights : talkWeights
}

function shares(messages: readonly MessageAnalysis[]): {
  readonly dataShare: number
  readonly toolShare: number
  readonly userShare: number
} {
  let data = 0
  let tool = 0
  let user = 0
  let all = 0
  for (const { role, units } of messages) {
    for (const { tokens, kind } of units) {
      all += tokens
      if (role === 'tool') tool += tokens
      if (role === 'tool' || dataLine.has(kind)) data += tokens
      if (role === 'user') user += tokens
    }
  }
  const total = Math.max(1, all)
  return { dataShare: data / total, toolShare: tool / total, userShare: user / total }
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
  const { toolShare, ...share } = shares(messages)
  const style = styleOf(toolShare, share.dataShare)
  yield
  const base = {
    messages,
    units,
    firstUnits,
    passages: cutPassages(messages, units.length),
    placeOf: vocabulary.placeOf,
    kinds: vocabulary.kinds,
    unitCounts: Int32Array.from(vocabulary.counts),
    weights: yield* weighConcepts(vocabulary, units.length, style),
    style,
    sourceTokens: messages.reduce((sum, { sourceTokens }) => sum + sourceTokens, 0),
    ...share,
    averageWords: words / Math.max(1, units.length),
  }
  yield
  const divisors = yield* numbersInSteps(units.length, (index) => ((units[index]?.unit.tokens ?? 0) + 1) ** style.costExponent)
  return { ...base, priors: yield* unitPriors(base), divisors }
}
