import type { PlannedAnswer, Refusal, WireForm } from './wire-form.ts'

function event(type: string, rest: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
}

function stopReason({ finish }: PlannedAnswer): string {
  return finish === 'stop' ? 'end_turn' : 'refusal'
}

function message({ id, model, usage }: PlannedAnswer): object {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(usage !== undefined && { usage: { input_tokens: usage.inputTokens, output_tokens: 1 } }),
  }
}

function errorBody({ errorType, message: text }: Refusal): object {
  return { error: { type: errorType, message: text } }
}

/** Messages, as Anthropic's own service encodes them. */
export const anthropicWire: WireForm = {
  streamType: 'text/event-stream; charset=utf-8',
  opening: (answer) => [
    event('message_start', { message: message(answer) }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    event('ping'),
  ],
  token: (_answer, text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  finish: (answer) => [
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      ...(answer.usage !== undefined && { usage: { output_tokens: answer.usage.outputTokens } }),
    }),
  ],
  usage: () => [],
  endMark: event('message_stop'),
  errorEvent: (refusal) => event('error', errorBody(refusal)),
  whole: (answer) =>
    JSON.stringify({
      ...message(answer),
      content: [{ type: 'text', text: answer.tokens.join('') }],
      stop_reason: stopReason(answer),
      ...(answer.usage !== undefined && { usage: { input_tokens: answer.usage.inputTokens, output_tokens: answer.usage.outputTokens } }),
    }),
  error: (refusal) => JSON.stringify({ type: 'error', ...errorBody(refusal) }),
}
