import type { Message } from '../../chat/message.ts'

/** The name of the function that a tool result answers, for vendors who match results by name. */
export function toolNameOf(messages: readonly Message[], toolCallId: string): string {
  for (const message of messages) {
    const call = message.role === 'assistant' ? message.toolCalls?.find(({ id }) => id === toolCallId) : undefined
    if (call !== undefined) return call.name
  }
  return toolCallId
}
