import type { TokenCounter } from '../tokens/token-counter.ts'
import type { AnalysisCache } from './analysis-cache.ts'
import type { Lexicon } from './lexicon.ts'
import type { PlainCounter } from './plain-counter.ts'
import type { ProfileCache } from './profile-cache.ts'

/** What a condenser works with; it keeps its memory in the two caches and the lexicon. */
export interface CondenseTools {
  readonly counter: TokenCounter
  readonly plain: PlainCounter
  readonly lexicon: Lexicon
  readonly analyses: AnalysisCache
  readonly profileOf: ProfileCache
}
