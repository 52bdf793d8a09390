import { isJsonObject, parseJson, readArray, readString } from '../wire/json.ts'

/** What a scripted upstream reads of a request's body, in either dialect. */
export interface ReadRequest {
  readonly model: string
  readonly stream: boolean
  /** What the assistant said last, and whether the prompt ends with it. */
  readonly said: { readonly text: string; readonly last: boolean } | undefined
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
  const messages = readArray(object, 'messages')?.filter(isJsonObject) ?? []
  const at = messages.findLastIndex((message) => message['role'] === 'assistant')
  const client = mark.exec(body)?.[1]
  return {
    model: readString(object, 'model') ?? '',
    stream: object['stream'] === true,
    said: at === -1 ? undefined : { text: textOf(messages[at]?.['content']), last: at === messages.length - 1 },
    client: client === undefined ? undefined : Number(client),
    inputTokens: Math.ceil(body.length / charactersPerToken),
  }
}
