import type { ChatResponse, Choice } from './response.ts'

function charactersOf({ text, refusal, reasoning, toolCalls }: Choice): number {
  let sum = text.length + (refusal?.length ?? 0)
  for (const block of reasoning) sum += block.text.length
  for (const call of toolCalls) sum += call.name.length + call.argumentsText.length
  return sum
}

/** Characters of everything that a model said: what usage is estimated from. */
export function producedCharacters({ choices }: ChatResponse): number {
  return choices.reduce((sum, choice) => sum + charactersOf(choice), 0)
}
