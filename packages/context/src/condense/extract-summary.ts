import type { ConversationProfile } from './conversation-profile.ts'
import { type FittedText, fitSummary } from './fit-summary.ts'
import type { PlainCounter } from './plain-counter.ts'
import { type QueryTerms, type Question, queryTerms, scoreUnits, widenQuery } from './relevance.ts'
import { renderLines, renderUnnamedLines } from './render-summary.ts'
import { selectCoverage } from './select-coverage.ts'
import { selectRelevant } from './select-relevant.ts'
import { type Selection, selectAll, startSelection } from './selection.ts'
import type { Steps } from './steps.ts'
import { dataFrom } from './unit-priors.ts'

export interface ExtractRequest {
  readonly profile: ConversationProfile
  readonly question: Question | undefined
  /** Plain tokens. */
  readonly maxTokens: number
  readonly counter: PlainCounter
}

export interface Extract extends FittedText {
  readonly selection: Selection
}

/** How far the tokens of the units may be from the exact count. */
const doubt = 1.3
/** A last turn of more terms is material rather than a question. */
const longestQuestion = 40

/** A question of some words may take most of the budget; beside data or material, what was done must be known whatever is asked. */
function relevanceShare(query: QueryTerms, { style, dataShare }: ConversationProfile): number {
  const isQuestion = dataShare < dataFrom && query.size <= longestQuestion
  return Math.min(query.size * style.sharePerTerm, isQuestion ? style.largestShare : style.largestDataShare)
}

/** Everything, when it fits: nothing is chosen from what needs no choice. */
function* extractAll({ profile, maxTokens, counter }: ExtractRequest): Steps<Extract | undefined> {
  const about = profile.units.reduce((sum, { unit }) => sum + unit.tokens, 0)
  if (about > maxTokens * doubt) return undefined
  const selection = selectAll(profile)
  // Where what was said fits and the names of who said it do not, the names are what can be left out.
  const renderings = profile.sourceTokens <= maxTokens ? [renderLines, renderUnnamedLines] : [renderLines]
  for (const render of renderings) {
    const text = render(profile, selection).join('\n')
    yield
    const tokens = counter.count(text)
    if (tokens <= maxTokens) return { text, tokens, selection }
  }
  return undefined
}

/** Chooses units under a budget, those that answer the question first, then those that tell most of the rest. */
export function* extractSummary(request: ExtractRequest): Steps<Extract> {
  const { profile, question, maxTokens, counter } = request
  const all = yield* extractAll(request)
  if (all !== undefined) return all
  const selection = startSelection(profile)
  const query: QueryTerms = question === undefined ? new Map<number, number>() : queryTerms(question, profile)
  yield
  if (query.size > 0) {
    const scores = yield* scoreUnits(profile, query)
    const widened = yield* scoreUnits(profile, widenQuery(profile, query, scores))
    const share = relevanceShare(query, profile)
    const largest = Math.floor(maxTokens / 2)
    yield* selectRelevant(profile, selection, { scores: widened, maxTokens: Math.floor(maxTokens * share), largest })
  }
  yield* selectCoverage(profile, selection, maxTokens)
  const fitted = yield* fitSummary(profile, selection, { maxTokens, counter })
  return { ...fitted, selection }
}
