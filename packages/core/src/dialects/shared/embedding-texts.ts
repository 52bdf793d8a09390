import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { EmbeddingRequest } from '../../operations/embeddings.ts'
import type { JsonValue } from '../../wire/json.ts'

function isText(input: string | readonly number[]): input is string {
  return typeof input === 'string'
}

/** The texts to embed, for vendors whose tokens are not OpenAI's. @throws InvalidRequestError when the input is token ids */
export function textsOf(request: EmbeddingRequest): readonly string[] {
  const texts = request.input.filter(isText)
  if (texts.length === request.input.length) return texts
  throw new InvalidRequestError('input holds token ids; this provider embeds texts only.', 'input')
}

/** One vector of an answer; what is not a number is left out. */
export function toVector(value: JsonValue): readonly number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}
