import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject } from '../../wire/json.ts'

/*
 * Readers for the fields of a client's body: null counts as missing, and a value of another type is an error that names the field.
 */

export function readText(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw new InvalidRequestError(`${name} is not a text.`, name)
}

export function requireText(body: JsonObject, name: string): string {
  const value = readText(body, name)
  if (value === undefined) throw new InvalidRequestError(`${name} is missing.`, name)
  return value
}

/** A text of one character at least. */
export function readName(body: JsonObject, name: string): string {
  const value = requireText(body, name)
  if (value === '') throw new InvalidRequestError(`${name} is empty.`, name)
  return value
}

/** A whole number from 0. */
export function readCount(body: JsonObject, name: string): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidRequestError(`${name} is not a whole number from 0.`, name)
}

export function readFlag(body: JsonObject, name: string): boolean | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  throw new InvalidRequestError(`${name} is neither true nor false.`, name)
}
