/** The least that a request must have to be matched by meaning; core's `ChatRequest` fits. */
export interface SemanticRequest {
  readonly messages: readonly SemanticMessage[]
}

export interface SemanticMessage {
  readonly role: string
  readonly content?: string | readonly { readonly type: string; readonly text?: string | undefined }[] | null | undefined
}

/** A request cut in two: what may be said in other words, and what must be equal. */
export interface SplitQuestion {
  /** The texts of the last user turn. */
  readonly text: string
  /** The request without them: model, system prompt, earlier turns, tools, images, sampling. */
  readonly rest: object
}

/** `undefined` when the request does not end in a user's words: an agent's next step depends on more than what was asked. */
export function splitQuestion(request: SemanticRequest): SplitQuestion | undefined {
  const last = request.messages.at(-1)
  if (last?.role !== 'user') return undefined
  const parts = typeof last.content === 'string' ? [{ type: 'text', text: last.content }] : (last.content ?? [])
  const text = parts
    .flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []))
    .join('\n')
    .trim()
  if (text === '') return undefined
  const others = parts.filter(({ type }) => type !== 'text')
  return { text, rest: { ...request, messages: [...request.messages.slice(0, -1), { ...last, content: others }] } }
}
