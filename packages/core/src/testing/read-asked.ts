import { isJsonObject, parseJson, readArray, readString } from '../wire/json.ts'

/** What a scripted upstream reads of a request's body, in either dialect. */
export interface ReadRequest {
  readonly model: string
  readonly stream: boolean
  /** The assistant's own words at the end of the prompt, from where the answer is to go on. */
  readonly prefill: string | undefined
  /** The simulated client's number; `undefined` for prompts of other making. */
  readonly client: number | undefined
  readonly inputTokens: number
}

/** What a simulated client writes into its prompt, so that upstream calls can be told apart. */
export function clientMark(client: number): string {
  return `client ${client}`
}

const mark = /\bclient (\d+)\b/
/** English prose has about four characters a token. */
const charactersPerToken = 4

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isJsonObject)
    .map((part) => readString(part, 'text') ?? '')
    .join('')
}

export function readAsked(body: string): ReadRequest {
  const parsed = parseJson(body)
  const object = isJsonObject(parsed) ? parsed : {}
  const last = readArray(object, 'messages')?.filter(isJsonObject).at(-1)
  const client = mark.exec(body)?.[1]
  return {
    model: readString(object, 'model') ?? '',
    stream: object['stream'] === true,
    prefill: last?.['role'] === 'assistant' ? textOf(last['content']) : undefined,
    client: client === undefined ? undefined : Number(client),
    inputTokens: Math.ceil(body.length / charactersPerToken),
  }
}
