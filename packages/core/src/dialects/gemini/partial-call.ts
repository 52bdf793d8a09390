import { isJsonObject, type JsonObject, type JsonValue, readArray, readString } from '../../wire/json.ts'

/*
 * Gemini 3 may stream a call's arguments in pieces, each with the path of the value it belongs to; strings go on from
 * piece to piece. Pieces are gathered into one object and told when the call is whole.
 */
export interface PartialCall {
  readonly id: string
  readonly name: string
  readonly args: JsonObject
  readonly signature?: string | undefined
}

function stepsOf(path: string): readonly string[] {
  return path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .map((step) => step.replace(/^['"]|['"]$/g, ''))
    .filter((step) => step !== '' && step !== '__proto__')
}

function pieceValue(piece: JsonObject): JsonValue {
  if ('numberValue' in piece) return piece['numberValue'] ?? null
  if ('boolValue' in piece) return piece['boolValue'] ?? null
  return readString(piece, 'stringValue') ?? null
}

function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function withPiece(at: JsonValue | undefined, steps: readonly string[], value: JsonValue): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return typeof at === 'string' && typeof value === 'string' ? at + value : value
  if (/^\d+$/.test(step)) {
    const list: JsonValue[] = isJsonList(at) ? [...at] : []
    list[Number(step)] = withPiece(list[Number(step)], rest, value)
    return list
  }
  const object = isJsonObject(at) ? at : {}
  return { ...object, [step]: withPiece(object[step], rest, value) }
}

/** A call after one more piece. */
export function withPartialArguments(call: PartialCall, functionCall: JsonObject): PartialCall {
  const pieces = (readArray(functionCall, 'partialArgs') ?? []).filter(isJsonObject)
  const args = pieces.reduce<JsonValue>(
    (sum, piece) => withPiece(sum, stepsOf(readString(piece, 'jsonPath') ?? ''), pieceValue(piece)),
    call.args,
  )
  return { ...call, args: isJsonObject(args) ? args : call.args }
}
