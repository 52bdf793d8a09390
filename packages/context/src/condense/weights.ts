/** How much each thing counts when units are chosen. Found by search on the development data named in the package's README. */
export interface Weights {
  /** Worth of a concept: `log(1 + units / holders) ^ rarityExponent * holders ^ frequencyExponent`. */
  readonly rarityExponent: number
  readonly frequencyExponent: number
  /** Factor of a word that one unit alone holds: often an accident. */
  readonly onceFactor: number
  /** Factors of concepts that are items. */
  readonly identifier: number
  readonly link: number
  readonly number: number
  readonly name: number
  /** Worth of a concept told before, and told more often. */
  readonly secondMention: number
  readonly laterMention: number
  /** A unit's gain is divided by its tokens to this power. */
  readonly costExponent: number
  /** Factors of units by what their words say. */
  readonly firstPerson: number
  readonly instruction: number
  readonly time: number
  readonly decision: number
  readonly question: number
  readonly exclamation: number
  readonly perNumber: number
  /** Factors of units by what they are. */
  readonly trace: number
  readonly error: number
  readonly code: number
  readonly heading: number
  readonly list: number
  /** Factor of user turns where users write the smaller part. */
  readonly user: number
  /** Factor of the oldest message, what the newest adds to it, and how late that sets in: agents' runs only. */
  readonly oldest: number
  readonly newest: number
  readonly recencyExponent: number
  /** Factor of the first unit of a message that has at least so many units. */
  readonly first: number
  readonly firstFrom: number
  /** A passage of so many tokens counts half in relevance. */
  readonly passageTokens: number
  /** How much of the relevance of the next and the previous passage, and of the units beside, a unit gets. */
  readonly nextShare: number
  readonly previousShare: number
  readonly besideShare: number
  /** Factor of the relevance of user turns where users write the smaller part. */
  readonly userRelevance: number
  /** Weight of the words that the best units share, beside those of the question. */
  readonly feedback: number
  /** A message up to so many tokens is kept whole around a hit. */
  readonly shortMessageTokens: number
  /** Share of the budget for each term of the question, and at most. */
  readonly sharePerTerm: number
  readonly largestShare: number
  /** At most, where much is data or code: what was done must be known whatever is asked next. */
  readonly largestDataShare: number
  /** BM25's saturation of a term. */
  readonly k1: number
}

/** Talk: what users say about themselves and demand matters, long sentences pay. */
export const talkWeights: Weights = {
  rarityExponent: 0.7,
  frequencyExponent: 0.2,
  onceFactor: 0.3,
  identifier: 4,
  link: 4,
  number: 2,
  name: 1.8,
  secondMention: 0.17,
  laterMention: 0.01,
  costExponent: 0.65,
  firstPerson: 1.7,
  instruction: 1.5,
  time: 1.25,
  decision: 1.1,
  question: 0.85,
  exclamation: 0.3,
  perNumber: 0.35,
  trace: 0.4,
  error: 1.3,
  code: 1,
  heading: 0.7,
  list: 0.8,
  user: 6,
  oldest: 0.5,
  newest: 1.5,
  recencyExponent: 2,
  first: 2.5,
  firstFrom: 3,
  passageTokens: 150,
  nextShare: 0.5,
  previousShare: 0.6,
  besideShare: 0.15,
  userRelevance: 2.5,
  feedback: 0.15,
  shortMessageTokens: 100,
  sharePerTerm: 0.3,
  largestShare: 0.93,
  largestDataShare: 0.25,
  k1: 1,
}

/** Talk over code, logs and tables: what was worked on last matters. */
export const workWeights: Weights = {
  ...talkWeights,
  rarityExponent: 1,
  frequencyExponent: 0.3,
  onceFactor: 0.25,
  secondMention: 0.12,
  name: 1.4,
  user: 3,
  firstPerson: 1.3,
  instruction: 1.2,
  error: 0.8,
  oldest: 0.4,
  largestDataShare: 0.2,
}

/** Runs of agents: identifiers matter, above all those used again, and short lines pay. */
export const runWeights: Weights = {
  ...talkWeights,
  user: 1,
  name: 1.5,
  secondMention: 0.1,
  heading: 1,
  userRelevance: 1,
  k1: 1.2,
  besideShare: 0.25,
  shortMessageTokens: 150,
  frequencyExponent: 0.4,
  onceFactor: 0.4,
  identifier: 4.5,
  costExponent: 0.85,
  firstPerson: 0.7,
  instruction: 1.3,
  time: 1,
  decision: 1,
  question: 0.7,
  perNumber: 0.2,
  oldest: 1.2,
  first: 0.75,
  firstFrom: 1,
  list: 1.2,
  largestShare: 0.25,
  largestDataShare: 0.1,
}
