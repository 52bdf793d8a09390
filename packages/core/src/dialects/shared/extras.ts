import type { DialectId } from '../../chat/dialect-id.ts'
import type { ChatRequest, ForeignPiece } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { assertWhole } from './assert-whole.ts'

/** Names that change an object's prototype; fields with these names are never read from a client. */
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The fields of a client's body that no neutral field names; `undefined` when there are none. */
export function unnamedFields(body: JsonObject, known: ReadonlySet<string>): Readonly<Record<string, JsonValue>> | undefined {
  let extras: Record<string, JsonValue> | undefined
  for (const [key, value] of Object.entries(body)) {
    if (known.has(key) || forbidden.has(key) || value === undefined) continue
    extras ??= {}
    extras[key] = value
  }
  return extras
}

/** Adds a field that no neutral field names; a name that changes an object's prototype is left out. */
export function withExtra(
  extras: Record<string, JsonValue> | undefined,
  key: string,
  value: JsonValue,
): Record<string, JsonValue> | undefined {
  if (forbidden.has(key)) return extras
  const fields = extras ?? {}
  fields[key] = value
  return fields
}

/** The pieces of a request that can't be left out are a reason to refuse it. */
function droppedPieces(pieces: readonly ForeignPiece[]): readonly string[] {
  const refusal = pieces.find((piece) => piece.refusal !== undefined)?.refusal
  if (refusal !== undefined) throw new InvalidRequestError(refusal.message, refusal.param)
  return [...new Set(pieces.map(({ name }) => name))]
}

/**
 * Names of fields, pieces and tools that only another dialect knows: what an encoder must report as dropped.
 *
 * @throws InvalidRequestError for a piece that a request makes no sense without
 * @throws ProviderError for a field without which the request means something else
 */
export function foreignExtras(request: ChatRequest, own: DialectId): readonly string[] {
  const extras = request.extras !== undefined && request.extras.dialect !== own ? request.extras : undefined
  if (extras !== undefined) assertWhole(request)
  const fields = extras === undefined ? [] : Object.keys(extras.fields)
  const pieces = extras?.pieces === undefined ? [] : droppedPieces(extras.pieces)
  const tools = request.tools?.some((tool) => tool.type === 'vendor' && tool.dialect !== own) === true ? ['tools'] : []
  return [...fields, ...pieces, ...tools]
}
