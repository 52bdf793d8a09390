import type { ChatParameterName, ChatRequest } from '../../chat/request.ts'

/** OpenAI's spelling where it is not just the snake case of ours. */
const spellings: Partial<Readonly<Record<ChatParameterName, string>>> = { reasoning: 'reasoning_effort' }

/** A parameter's name in OpenAI's spelling. */
export function spelled(name: ChatParameterName): string {
  return spellings[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Which of `names` the request sets, in OpenAI's spelling: for parameters that a dialect has no words for. */
export function droppedParameters(request: ChatRequest, names: readonly ChatParameterName[]): readonly string[] {
  return names.filter((name) => request[name] !== undefined && (request[name] !== false || name === 'parallelToolCalls')).map(spelled)
}
