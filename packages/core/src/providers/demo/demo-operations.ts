import type { TargetHandler } from '../../call/operation.ts'
import { documentText } from '../../dialects/rerank/document-text.ts'
import { hash53 } from '../../hash53.ts'
import type { EmbeddingAnswer, EmbeddingRequest } from '../../operations/embeddings.ts'
import type { ModerationAnswer, ModerationRequest } from '../../operations/moderations.ts'
import type { RerankAnswer, RerankRequest } from '../../operations/rerank.ts'
import { inputTokensOf } from './tokens.ts'

/** The one word that the demo's moderation flags. */
const flaggedWord = 'unsafe'

const defaultDimensions = 64
/** More than any model has. */
const maxDimensions = 4096
function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + inputTokensOf(text), 0)
}

function usageOf(inputTokens: number): { inputTokens: number; outputTokens: number; totalTokens: number } {
  return { inputTokens, outputTokens: 0, totalTokens: inputTokens }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** A unit vector that texts with the same words share: each word adds 1 or takes 1 at a place of its own. */
function toVector(words: readonly string[], dimensions: number): readonly number[] {
  const vector = new Array<number>(dimensions).fill(0)
  for (const word of words) {
    const hash = hash53(word)
    const place = Math.floor(hash / 2) % dimensions
    vector[place] = (vector[place] ?? 0) + (hash % 2 === 0 ? 1 : -1)
  }
  const length = Math.hypot(...vector)
  if (length === 0) return vector.map((_, index) => (index === 0 ? 1 : 0))
  return vector.map((value) => value / length)
}

/** Embeds by the words of a text: texts that share words are near each other. */
export const demoEmbed: TargetHandler<EmbeddingRequest, EmbeddingAnswer> = ({ input, model, dimensions = defaultDimensions }) => {
  const count = Math.min(Math.max(1, dimensions), maxDimensions)
  const texts = input.map((entry) => (typeof entry === 'string' ? entry : entry.join(' ')))
  const vectors = texts.map((text) => toVector(wordsOf(text), count))
  return { type: 'whole', response: { model, vectors, usage: usageOf(tokensOf(texts)) } }
}

/** The share of the query's words that a text has. */
function overlap(query: ReadonlySet<string>, text: string): number {
  const words = new Set(wordsOf(text))
  let shared = 0
  for (const word of query) if (words.has(word)) shared++
  return query.size === 0 ? 0 : shared / query.size
}

/** Orders documents by the share of the query's words that they have; equal ones stay in their order. */
export const demoRerank: TargetHandler<RerankRequest, RerankAnswer> = ({ query, documents, model, topN, returnDocuments, rankFields }) => {
  const asked = new Set(wordsOf(query))
  const texts = documents.map((document) => documentText(document, rankFields))
  const results = texts.map((text, index) => ({
    index,
    relevanceScore: overlap(asked, text),
    ...(returnDocuments === true && { document: { text } }),
  }))
  results.sort((a, b) => b.relevanceScore - a.relevanceScore || a.index - b.index)
  return { type: 'whole', response: { model, results: results.slice(0, topN), usage: usageOf(tokensOf([query, ...texts])) } }
}

/** Flags texts that have the word `unsafe`, and nothing else. */
export const demoModerate: TargetHandler<ModerationRequest, ModerationAnswer> = ({ input, model = '' }) => {
  const texts = input.type === 'texts' ? input.texts : [input.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ')]
  const results = texts.map((text) => {
    const flagged = wordsOf(text).includes(flaggedWord)
    return { flagged, categories: { [flaggedWord]: flagged }, categoryScores: { [flaggedWord]: flagged ? 1 : 0 } }
  })
  return { type: 'whole', response: { model, results, usage: usageOf(tokensOf(texts)) } }
}
