/** Who speaks in a conversation. */
export type ConversationRole = 'system' | 'developer' | 'user' | 'assistant' | 'tool'

/** A call of a tool, as OpenAI's Chat Completions writes it. */
export interface ConversationToolCall {
  readonly id: string
  readonly type?: string | undefined
  readonly function?: { readonly name: string; readonly arguments: string } | undefined
}

/** A part of a message's content. Only parts with a `text` are read; images and files are carried along or left out whole. */
export interface ConversationPart {
  readonly type: string
  readonly text?: string | undefined
}

/** The least that a message must have to be condensed: OpenAI's Chat Completions shape. Other fields are carried along. */
export interface ConversationMessage {
  readonly role: ConversationRole
  readonly content?: string | readonly ConversationPart[] | null | undefined
  readonly tool_calls?: readonly ConversationToolCall[] | null | undefined
  readonly tool_call_id?: string | undefined
  readonly name?: string | undefined
}

/** The words of a message: its texts, one below the other. */
export function contentText({ content }: ConversationMessage): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n')
}

/** The calls of a message, one a line: the name, then the arguments. */
export function callsText({ tool_calls }: ConversationMessage): string {
  return (tool_calls ?? []).map((call) => `${call.function?.name ?? ''} ${call.function?.arguments ?? ''}`).join('\n')
}

export function isSystem({ role }: ConversationMessage): boolean {
  return role === 'system' || role === 'developer'
}

export function hasCalls({ tool_calls }: ConversationMessage): boolean {
  return (tool_calls?.length ?? 0) > 0
}

/** Where the turn that asks now begins: the last message when a user wrote it, or the end of the list. */
export function lastTurnStart(messages: readonly ConversationMessage[]): number {
  return messages.at(-1)?.role === 'user' ? messages.length - 1 : messages.length
}
