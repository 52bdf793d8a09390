// OpenAI Chat Completions, as platform.openai.com/docs/api-reference/chat describes it.
import { parseArguments, speaksOfJson, textOf } from './shared.mjs'

export const path = /\/v1\/chat\/completions$/

export function isStream(body) {
  return body.stream === true
}

export function modelOf(body) {
  return body.model
}

/** Whether JSON is asked for: by its format, or in the words of the instructions. */
export function wantsJson(body) {
  return ['json_object', 'json_schema'].includes(body.response_format?.type) || speaksOfJson(body.messages)
}

/** What the request shows. @throws Error where the API would answer 400 */
export function read({ messages, tools = [] }) {
  const open = new Set()
  const results = []
  for (const message of messages) {
    if (message.role !== 'tool' && open.size > 0) throw new Error(`tool_call_ids without a response: ${[...open]}`)
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) throw new Error(`no tool call has the id ${message.tool_call_id}`)
      results.push(textOf(message.content))
    }
    for (const call of message.tool_calls ?? []) {
      parseArguments(call.function.arguments)
      open.add(call.id)
    }
  }
  if (open.size > 0) throw new Error(`tool_call_ids without a response: ${[...open]}`)
  return { tools: tools.map((tool) => tool.function?.name ?? tool.custom?.name), results }
}

const head = (body, object) => ({ id: 'chatcmpl-1', object, created: 1_760_000_000, model: body.model })
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 }

function toCalls(calls) {
  return calls.map((call, index) => ({
    id: `call_${call.id ?? index}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }))
}

export function toBody({ text = null, calls }, body) {
  const message = { role: 'assistant', content: text, refusal: null, ...(calls && { tool_calls: toCalls(calls) }) }
  return {
    ...head(body, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: calls ? 'tool_calls' : 'stop' }],
    usage,
  }
}

export function toStream({ text, calls }, body) {
  const event = (delta, finish = null) =>
    `data: ${JSON.stringify({ ...head(body, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const words = (text ?? '').match(/\s*\S+/g) ?? []
  const ofCalls = toCalls(calls ?? []).flatMap((call, index) => [
    event({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } }] }),
    ...(call.function.arguments.match(/[\s\S]{1,12}/g) ?? []).map((piece) =>
      event({ tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ])
  const ofUsage = body.stream_options?.include_usage
    ? `data: ${JSON.stringify({ ...head(body, 'chat.completion.chunk'), choices: [], usage })}\n\n`
    : ''
  return [
    event({ role: 'assistant', content: '' }),
    ...words.map((content) => event({ content })),
    ...ofCalls,
    event({}, calls ? 'tool_calls' : 'stop'),
    ofUsage,
    'data: [DONE]\n\n',
  ].join('')
}

export function toError({ status, message }) {
  return { error: { message, type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', param: null, code: null } }
}
