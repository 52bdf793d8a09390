import { isJsonObject, type JsonObject, parseJson, readArray, readObject, readString } from '../wire/json.ts'

/** What a client reads from forwarded bytes of the provider. */
export interface RawText {
  readonly text: string
  /** At least one event was not JSON. */
  readonly malformed: boolean
}

const decoder = new TextDecoder()

function textOf(event: JsonObject): string {
  const choice = readArray(event, 'choices')?.find(isJsonObject)
  const delta = readObject(choice ?? event, 'delta') ?? {}
  return readString(delta, 'content') ?? readString(delta, 'text') ?? ''
}

/** Reads the text of whole events independently of our own decoders, to check them. */
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
