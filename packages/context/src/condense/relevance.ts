import type { ConversationProfile, PlacedUnit } from './conversation-profile.ts'
import type { Lexicon } from './lexicon.ts'
import { requestConcepts, scanWords, type WordScan } from './scan-words.ts'
import { numbersInSteps, type Steps } from './steps.ts'
import { userFactor } from './unit-priors.ts'

/*
 * Relevance of a unit to a question, BM25 over stems and items, read from its neighbourhood: what it says itself, what its message says
 * (less so in long messages), the messages before and after it (a question and its answer share few words) and the units beside it.
 * A second round adds the words of the best units at a quarter of the weight. Linear in the concepts of the history.
 */
export interface Question {
  readonly scan: WordScan
  /** Stems of asking, which name no subject. */
  readonly requests: ReadonlySet<number>
}

export function readQuestion(text: string, lexicon: Lexicon): Question {
  return { scan: scanWords(text, lexicon), requests: requestConcepts(text, lexicon) }
}

export type QueryTerms = ReadonlyMap<number, number>

const lengthShare = 0.5

/** The terms of a question that the history knows, with their rarity. Words of asking ("please", "summarize") are none. */
export function queryTerms({ scan, requests }: Question, profile: ConversationProfile): QueryTerms {
  const terms = new Map<number, number>()
  for (const concept of [...scan.concepts, ...scan.items.map((item) => item.concept)]) {
    const place = requests.has(concept) ? undefined : profile.placeOf.get(concept)
    if (place !== undefined) terms.set(place, rarity(place, profile))
  }
  return terms
}

function rarity(place: number, { unitCounts, units }: ConversationProfile): number {
  const count = unitCounts[place] ?? 0
  return Math.log(1 + (units.length - count + 0.5) / (count + 0.5))
}

function unitScore({ terms }: PlacedUnit, query: QueryTerms, profile: ConversationProfile): number {
  const { k1 } = profile.style
  let sum = 0
  for (const term of terms) sum += query.get(term) ?? 0
  return sum === 0 ? 0 : (sum * (k1 + 1)) / (1 + k1 * (1 - lengthShare + (lengthShare * terms.length) / (profile.averageWords + 1)))
}

/** A passage holds a term once or often; a long one holds it by chance. */
function* passageScores({ passages, units, style }: ConversationProfile, query: QueryTerms): Steps<Float64Array> {
  return yield* numbersInSteps(passages.tokens.length, (passage) => {
    const seen = new Set<number>()
    let sum = 0
    const end = passages.firstUnits[passage + 1] ?? 0
    for (let index = passages.firstUnits[passage] ?? 0; index < end; index++) {
      for (const term of units[index]?.terms ?? []) {
        const weight = query.get(term)
        if (weight === undefined || seen.has(term)) continue
        seen.add(term)
        sum += weight
      }
    }
    return sum / (1 + (passages.tokens[passage] ?? 0) / style.passageTokens)
  })
}

/** Scores every unit against a question. Yields now and then. */
export function* scoreUnits(profile: ConversationProfile, query: QueryTerms): Steps<Float64Array> {
  const { passageOf } = profile.passages
  const { units } = profile
  const own = yield* numbersInSteps(units.length, (index) => unitScore(units[index] as PlacedUnit, query, profile)) // within the list
  const passages = yield* passageScores(profile, query)
  const user = userFactor(profile, profile.style.userRelevance)
  return yield* numbersInSteps(own.length, (index) => {
    const score = own[index] ?? 0
    const passage = passageOf[index] ?? 0
    const before = passageOf[index - 1] === passage ? (own[index - 1] ?? 0) : 0
    const after = passageOf[index + 1] === passage ? (own[index + 1] ?? 0) : 0
    const around =
      (passages[passage] ?? 0) +
      profile.style.nextShare * (passages[passage + 1] ?? 0) +
      profile.style.previousShare * (passages[passage - 1] ?? 0)
    const total = score + around + profile.style.besideShare * (before + after)
    return profile.messages[profile.units[index]?.message ?? 0]?.role === 'user' ? total * user : total
  })
}

const feedbackUnits = 10
const feedbackTerms = 8

/** The question with words that its best answers share (pseudo-relevance feedback). */
export function widenQuery(profile: ConversationProfile, query: QueryTerms, scores: Float64Array): QueryTerms {
  const found = new Map<number, number>()
  for (const index of topUnits(scores)) {
    for (const term of profile.units[index]?.terms ?? []) {
      if (query.has(term) || (profile.unitCounts[term] ?? 0) < 2) continue
      found.set(term, (found.get(term) ?? 0) + (scores[index] ?? 0) * rarity(term, profile))
    }
  }
  const best = [...found].sort((left, right) => right[1] - left[1] || left[0] - right[0]).slice(0, feedbackTerms)
  return new Map([...query, ...best.map(([term]) => [term, profile.style.feedback * rarity(term, profile)] as const)])
}

function topUnits(scores: Float64Array): readonly number[] {
  const top: number[] = []
  scores.forEach((score, index) => {
    if (score <= 0 || (top.length === feedbackUnits && score <= (scores[top.at(-1) ?? 0] ?? 0))) return
    const place = top.findIndex((other) => score > (scores[other] ?? 0))
    top.splice(place === -1 ? top.length : place, 0, index)
    if (top.length > feedbackUnits) top.pop()
  })
  return top
}
