import { invalidResponse } from '../../errors/provider-error.ts'
import type { JsonObject } from '../../wire/json.ts'

/** No answer has more choices, blocks or calls: OpenAI takes an `n` of at most 128 and 128 tools (API reference, chat/create, 2026-05). */
const maxIndex = 1_023

/** Whether a number that a provider made up can be a place in a list. */
export function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxIndex
}

/**
 * A place in a list, as a provider counts it; `undefined` where it does not say. What a provider sends must never size or
 * bound anything of ours: this and `isIndex` are the only ways to read one.
 *
 * @throws ProviderError `invalid_response` for anything but a whole number from 0 to 1,023
 */
export function readIndex(object: JsonObject, key: string): number | undefined {
  const index = object[key]
  if (index === undefined || index === null) return undefined
  if (isIndex(index)) return index
  throw invalidResponse(`A place in the answer ("${key}") is no whole number from 0 to ${maxIndex}.`)
}
