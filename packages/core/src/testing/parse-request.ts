import { isJsonObject, parseJson, readArray, readString } from '../wire/json.ts'

/** The parts of a request's body that a scripted upstream uses, in either dialect. */
export interface ParsedRequest {
  readonly model: string
  readonly stream: boolean
  /** Whether documents are to be ordered, and not a conversation answered. */
  readonly isRerank: boolean
  /** The assistant's last message, and whether the prompt ends with it. */
  readonly assistant: { readonly text: string; readonly last: boolean } | undefined
  /** The number of the simulated client; `undefined` for prompts without a mark. */
  readonly client: number | undefined
  readonly inputTokens: number
}

/** The mark that a simulated client writes into its prompt, so that an upstream call can be assigned to it. */
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

export function parseRequest(body: string): ParsedRequest {
  const parsed = parseJson(body)
  const object = isJsonObject(parsed) ? parsed : {}
  const messages = readArray(object, 'messages')?.filter(isJsonObject) ?? []
  const at = messages.findLastIndex((message) => message['role'] === 'assistant')
  const client = mark.exec(body)?.[1]
  return {
    model: readString(object, 'model') ?? '',
    stream: object['stream'] === true,
    isRerank: object['documents'] !== undefined,
    assistant: at === -1 ? undefined : { text: textOf(messages[at]?.['content']), last: at === messages.length - 1 },
    client: client === undefined ? undefined : Number(client),
    inputTokens: Math.ceil(body.length / charactersPerToken),
  }
}
