import type { AssistantMessage, Message, ToolMessage, UserMessage } from '../../chat/message.ts'

/*
 * Anthropic, Bedrock and Gemini refuse a history in which a call has no result in the turn behind it, or a result no call in the
 * turn before it. Agents send such histories after an interruption, or when they have shortened them.
 */
export interface PairedHistory {
  readonly messages: readonly Message[]
  /** Results were added, or are said in another way. */
  readonly isChanged: boolean
}

function missingResult(toolCallId: string): ToolMessage {
  return { role: 'tool', toolCallId, content: 'The call was not answered.', isError: true }
}

/** What no call of the turn before has asked for is said by the user. */
function asUser({ content, name, toolCallId }: ToolMessage): UserMessage {
  const said = `Result of ${name ?? toolCallId}:`
  return { role: 'user', content: typeof content === 'string' ? `${said}\n${content}` : [{ type: 'text', text: said }, ...content] }
}

interface Pairing {
  readonly written: Message[]
  /** Calls of the last turn of the assistant that have no result yet. Some vendors give several calls one id, or none. */
  readonly open: Map<string, number>
  /** Something was said since the assistant's last turn. */
  isAnswered: boolean
  isChanged: boolean
}

/** Results of calls that never came stand behind those that did. */
function closeTurn(pairing: Pairing): void {
  if (!pairing.isAnswered) return
  for (const [id, count] of pairing.open) {
    for (let missing = 0; missing < count; missing++) pairing.written.push(missingResult(id))
    pairing.isChanged = true
  }
  pairing.open.clear()
  pairing.isAnswered = false
}

function onAssistant(pairing: Pairing, message: AssistantMessage): void {
  closeTurn(pairing)
  for (const { id } of message.toolCalls ?? []) pairing.open.set(id, (pairing.open.get(id) ?? 0) + 1)
  pairing.written.push(message)
}

function onResult(pairing: Pairing, message: ToolMessage): void {
  const count = pairing.open.get(message.toolCallId) ?? 0
  const isAsked = count > 0
  if (count === 1) pairing.open.delete(message.toolCallId)
  if (count > 1) pairing.open.set(message.toolCallId, count - 1)
  if (!isAsked) pairing.isChanged = true
  pairing.isAnswered = true
  pairing.written.push(isAsked ? message : asUser(message))
}

/** The history with one result for each call, where the call is not the last word. */
export function withPairedResults(messages: readonly Message[]): PairedHistory {
  const pairing: Pairing = { written: [], open: new Map(), isAnswered: false, isChanged: false }
  for (const message of messages) {
    switch (message.role) {
      case 'assistant':
        onAssistant(pairing, message)
        break
      case 'tool':
        onResult(pairing, message)
        break
      case 'user':
        pairing.isAnswered = true
        pairing.written.push(message)
        break
      case 'system':
      case 'developer':
        pairing.written.push(message)
    }
  }
  closeTurn(pairing)
  return { messages: pairing.isChanged ? pairing.written : messages, isChanged: pairing.isChanged }
}
