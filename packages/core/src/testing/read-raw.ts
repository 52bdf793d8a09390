import { isJsonObject, type JsonObject, parseJson, readArray, readObject, readString } from '../wire/json.ts'

/** What a client of the provider's own dialect makes of the bytes that are sent on to it. */
export interface RawText {
  readonly text: string
  /** An event that is no JSON was among them. */
  readonly malformed: boolean
}

const decoder = new TextDecoder()

function textOf(event: JsonObject): string {
  const choice = readArray(event, 'choices')?.find(isJsonObject)
  const delta = readObject(choice ?? event, 'delta') ?? {}
  return readString(delta, 'content') ?? readString(delta, 'text') ?? ''
}

/** Reads whole events as plainly as can be: a second opinion on what our own decoder understood. */
export function readRaw(bytes: Uint8Array): RawText {
  let text = ''
  let malformed = false
  for (const line of decoder.decode(bytes).split('\n')) {
    if (!line.startsWith('data: ')) continue
    const event = parseJson(line.slice(6))
    if (isJsonObject(event)) text += textOf(event)
    else malformed = true
  }
  return { text, malformed }
}
