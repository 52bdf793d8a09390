import { flattenJson } from './flatten-json.ts'
import { type ConversationMessage, callsText, contentText } from './message.ts'

/** Bytes in base64 say nothing to a reader. Their head stays, so that it can be seen what was there. */
const encodedBytes = /(data:[\w/+.-]{1,80};base64,)[A-Za-z0-9+/=]{64,}/g

function flattenLine(line: string): string {
  if (line.length < 8) return line
  const last = line.trimEnd().at(-1)
  return last === '}' || last === ']' ? (flattenJson(line) ?? line) : line
}

function flattenText(text: string): string {
  const whole = flattenJson(text)
  if (whole !== undefined) return whole
  return /^\s*[{[]/m.test(text) ? text.split('\n').map(flattenLine).join('\n') : text
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
  const said = contentText(message).replace(encodedBytes, '$1…').replaceAll('\r\n', '\n')
  const calls = callsText(message) === '' ? '' : flattenCalls(message)
  return [flattenText(said), calls].filter((text) => text !== '').join('\n')
}
