import { isJsonObject, type JsonObject, type JsonValue, readArray, readString } from '../../wire/json.ts'

/*
 * Vertex may stream a call's arguments in pieces (`streamFunctionCallArguments`), each with the JSONPath of the value it
 * belongs to; strings go on from piece to piece. A part with `willContinue` begins or goes on with a call, the first part
 * without ends it. Pieces are gathered into one object, so that a call is emitted once and complete.
 */
export interface PartialCall {
  readonly id: string
  readonly name: string
  readonly args: JsonObject
  readonly signature?: string | undefined
}

/** Longer paths are cut; real functions have no arguments that deep. */
const maxPath = 1_000
const pathStep = /\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g

function stepsOf(path: string): readonly (string | number)[] {
  return [...path.slice(0, maxPath).matchAll(pathStep)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double ?? '') : Number(index),
  )
}

function pieceValue(piece: JsonObject): JsonValue {
  return piece['numberValue'] ?? piece['boolValue'] ?? readString(piece, 'stringValue') ?? null
}

function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function withPiece(at: JsonValue | undefined, steps: readonly (string | number)[], value: JsonValue): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return typeof at === 'string' && typeof value === 'string' ? at + value : value
  if (typeof step === 'number') {
    const list: JsonValue[] = isJsonList(at) ? [...at] : []
    // A list grows by one at a time: an index far beyond its end is invalid and must not cost memory.
    const index = Math.min(step, list.length)
    list[index] = withPiece(list[index], rest, value)
    return list
  }
  const object = isJsonObject(at) ? at : {}
  return { ...object, [step]: withPiece(Object.hasOwn(object, step) ? object[step] : undefined, rest, value) }
}

/** A call after one more part of it. */
export function withPartialArguments(call: PartialCall, functionCall: JsonObject): PartialCall {
  const pieces = (readArray(functionCall, 'partialArgs') ?? []).filter(isJsonObject)
  const args = pieces.reduce<JsonValue>(
    (sum, piece) => withPiece(sum, stepsOf(readString(piece, 'jsonPath') ?? ''), pieceValue(piece)),
    call.args,
  )
  return { ...call, args: isJsonObject(args) ? args : call.args }
}
