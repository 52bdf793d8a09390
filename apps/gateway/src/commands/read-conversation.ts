import type { ConversationMessage, ConversationRole } from '@proxyapi/context'

/** A file that holds no conversation: exit code 1. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError'
}

const roles: readonly string[] = ['system', 'developer', 'user', 'assistant', 'tool'] satisfies readonly ConversationRole[]

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function isCall(call: unknown): boolean {
  if (!isObject(call) || typeof call['id'] !== 'string') return false
  const wanted = call['function']
  return wanted === undefined || (isObject(wanted) && typeof wanted['name'] === 'string' && typeof wanted['arguments'] === 'string')
}

function isPart(part: unknown): boolean {
  return isObject(part) && typeof part['type'] === 'string' && (part['text'] === undefined || typeof part['text'] === 'string')
}

/** What is wrong with a message, and where. */
function faultOf(message: unknown): string | undefined {
  if (!isObject(message)) return ` is ${kindOf(message)}; allowed: an object with "role" and "content"`
  const { role, content, tool_calls: calls } = message
  if (typeof role !== 'string' || !roles.includes(role))
    return `.role is ${JSON.stringify(role)?.slice(0, 40) ?? 'missing'}; allowed: ${roles.join(', ')}`
  const isText = content === undefined || content === null || typeof content === 'string'
  if (!isText && !(Array.isArray(content) && content.every(isPart)))
    return `.content is ${kindOf(content)}; allowed: a text or a list of parts`
  if (calls !== undefined && calls !== null && !(Array.isArray(calls) && calls.every(isCall)))
    return '.tool_calls is wrong; allowed: a list of {id, function: {name, arguments}}'
  return undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/**
 * Reads a conversation: a JSON list of messages, an object with `messages`, or plain text, which is one message.
 *
 * @throws ConversationError naming the message that is none
 */
export function readConversation(text: string): readonly ConversationMessage[] {
  const parsed = parseJson(text)
  const list = isObject(parsed) && 'messages' in parsed ? parsed['messages'] : parsed
  const isList = Array.isArray(list)
  if (!isList && isObject(parsed) && 'messages' in parsed)
    throw new ConversationError(`messages is ${kindOf(list)}; allowed: a list of messages`)
  if (!isList) return [{ role: 'user', content: text }]
  list.forEach((message: unknown, index) => {
    const fault = faultOf(message)
    if (fault !== undefined) throw new ConversationError(`messages[${index}]${fault}`)
  })
  return list as readonly ConversationMessage[] // each has just been looked at
}
