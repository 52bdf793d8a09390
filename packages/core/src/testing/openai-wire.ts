import type { PlannedAnswer, Refusal, WireForm } from './wire-form.ts'

const createdAtSeconds = 1_893_456_000

function usageOf({ usage }: PlannedAnswer): object | undefined {
  if (usage === undefined) return undefined
  return { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens, total_tokens: usage.totalTokens }
}

function event(answer: PlannedAnswer, rest: object): string {
  const { id, model } = answer
  return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: createdAtSeconds, model, ...rest })}\n\n`
}

function choice(delta: object, finishReason: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason: finishReason }] }
}

function errorBody({ message, errorType, code }: Refusal): object {
  return { error: { message, type: errorType, param: null, code: code ?? null } }
}

/** Chat Completions, as OpenAI's own service encodes them. */
export const openAiWire: WireForm = {
  streamType: 'text/event-stream; charset=utf-8',
  opening: (answer) => [event(answer, choice({ role: 'assistant', content: '' }))],
  token: (answer, text) => event(answer, choice({ content: text })),
  finish: (answer) => [event(answer, choice({}, answer.finish))],
  usage: (answer) => (answer.usage === undefined ? [] : [event(answer, { choices: [], usage: usageOf(answer) })]),
  endMark: 'data: [DONE]\n\n',
  errorEvent: (refusal) => `data: ${JSON.stringify(errorBody(refusal))}\n\n`,
  whole: (answer) =>
    JSON.stringify({
      id: answer.id,
      object: 'chat.completion',
      created: createdAtSeconds,
      model: answer.model,
      choices: [{ index: 0, message: { role: 'assistant', content: answer.tokens.join('') }, finish_reason: answer.finish }],
      usage: usageOf(answer),
    }),
  error: (refusal) => JSON.stringify(errorBody(refusal)),
}
