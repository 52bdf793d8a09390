import { flattenJson } from './flatten-json.ts'
import { type ConversationMessage, callsText, contentText } from './message.ts'

/** Bytes in base64 say nothing to a reader. Their head stays, so that it can be seen what was there. */
const encodedBytes = /;base64,([A-Za-z0-9+/=]+)/g
const shortestBytes = 64
/** The head of a data URL before its encoding (RFC 2397): the scheme and a media type of at most 80 characters. */
const longestHead = 'data:'.length + 80
const mediaType = /^[\w/+.-]+$/

/** Whether the head of a data URL ends at `index`. */
function endsHead(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - longestHead), index)
  const scheme = before.lastIndexOf('data:')
  return scheme !== -1 && mediaType.test(before.slice(scheme + 'data:'.length))
}

function withoutBytes(text: string): string {
  return text.replace(encodedBytes, (found, bytes: string, index: number) =>
    bytes.length >= shortestBytes && endsHead(text, index) ? ';base64,…' : found,
  )
}

/** A line that begins as JSON does. White space within one line only: a run of empty lines is looked at once. */
const jsonLine = /^[^\S\r\n\u2028\u2029]*[{[]/m

function flattenLine(line: string): string {
  if (line.length < 8) return line
  const last = line.trimEnd().at(-1)
  return last === '}' || last === ']' ? (flattenJson(line) ?? line) : line
}

function flattenText(text: string): string {
  const whole = flattenJson(text)
  if (whole !== undefined) return whole
  return jsonLine.test(text) ? text.split('\n').map(flattenLine).join('\n') : text
}

function flattenCalls(message: ConversationMessage): string {
  return (message.tool_calls ?? [])
    .map((call) => {
      const { name = '', arguments: written = '' } = call.function ?? {}
      return `${name}: ${flattenJson(written)?.replaceAll('\n', ', ') ?? written}`
    })
    .join('\n')
}

/** What a message says, as text whose lines can be chosen one by one. Loses nothing but brackets, quotes and encoded bytes. */
export function readableText(message: ConversationMessage): string {
  const said = withoutBytes(contentText(message)).replaceAll('\r\n', '\n')
  const calls = callsText(message) === '' ? '' : flattenCalls(message)
  return [flattenText(said), calls].filter((text) => text !== '').join('\n')
}
