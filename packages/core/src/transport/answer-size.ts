import { invalidResponse } from '../errors/provider-error.ts'
import { exceededJsonLimit, type JsonLimits } from '../wire/json-limits.ts'

/** A shorter text is parsed in well under a millisecond, and nests no deeper than its consumers can follow. */
const shortest = 4_096

/** Log probabilities of 8,000 tokens with 20 alternatives each are 350,000 objects and 1.5 million members. */
const words: JsonLimits = { maxDepth: 128, maxContainers: 500_000, maxMembers: 2_000_000 }
/** 2,048 vectors of 3,072 dimensions (OpenAI's most, API reference, 2026-05) are 6.3 million numbers. */
const vectors: JsonLimits = { ...words, maxMembers: 8_000_000 }

const messages: Readonly<Record<keyof JsonLimits, string>> = {
  maxDepth: 'The answer nests too deep.',
  maxContainers: 'The answer has too many objects.',
  maxMembers: 'The answer has too many members.',
}

/** The first limit that an answer exceeds; `undefined` for any that may be parsed. */
export function exceededAnswerLimit(text: string, hasVectors = false): keyof JsonLimits | undefined {
  return text.length < shortest ? undefined : exceededJsonLimit(text, hasVectors ? vectors : words)
}

/** Judges an answer before it is parsed: small objects take twenty times their text in memory. @throws ProviderError `invalid_response` */
export function checkAnswerSize(text: string, hasVectors = false): void {
  const exceeded = exceededAnswerLimit(text, hasVectors)
  if (exceeded !== undefined) throw invalidResponse(messages[exceeded])
}
