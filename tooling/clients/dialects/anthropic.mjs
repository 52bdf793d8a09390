// Anthropic Messages, as docs.claude.com/en/api/messages describes it.
import { speaksOfJson, textOf } from './shared.mjs'

export const path = /\/v1\/messages$/

export function isStream(body) {
  return body.stream === true
}

const blocksOf = ({ content }) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content)

export function modelOf(body) {
  return body.model
}

/** Whether JSON is asked for: by its format, or in the words of the instructions. */
export function wantsJson(body) {
  return body.output_config?.format !== undefined || body.output_format !== undefined || speaksOfJson(body.system, body.messages)
}

function assertTools(tools) {
  for (const tool of tools) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) throw new Error(`tools.name: ${tool.name}`)
    if (tool.type === undefined && tool.input_schema?.type !== 'object') throw new Error('tools.input_schema.type: Field required')
  }
}

/** Takes the results of a message from the calls that are open. */
function takeResults(blocks, open) {
  const answers = blocks.filter(({ type }) => type === 'tool_result')
  for (const { tool_use_id: id } of answers) if (!open.delete(id)) throw new Error(`unexpected tool_use_id in tool_result: ${id}`)
  if (open.size > 0) throw new Error(`tool_use ids without tool_result blocks immediately after: ${[...open]}`)
  return answers.map(({ content }) => textOf(content))
}

function callsOf(blocks) {
  const ids = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
  for (const id of ids) if (!/^[a-zA-Z0-9_-]+$/.test(id)) throw new Error(`tool_use.id: ${id} does not match`)
  return new Set(ids)
}

/** What the request shows. @throws Error where the API would answer 400, or 404 for a thread: this model keeps none for longer than an answer */
export function read({ messages, tools = [], thread, max_tokens: limit }) {
  if (!(limit >= 1)) throw new Error('max_tokens: Field required')
  if (thread?.type === 'continue') throw Object.assign(new Error('thread not found'), { status: 404, code: 'thread_not_found' })
  assertTools(tools)
  const results = []
  let open = new Set()
  for (const message of messages) {
    const blocks = blocksOf(message)
    results.push(...takeResults(blocks, open))
    if (blocks.some(({ type, text }) => type === 'text' && text.trim() === ''))
      throw new Error('text content blocks must contain non-whitespace text')
    open = callsOf(message.role === 'assistant' ? blocks : [])
  }
  if (open.size > 0) throw new Error(`tool_use ids without tool_result blocks immediately after: ${[...open]}`)
  return { tools: tools.map(({ name }) => name), results }
}

const usage = { input_tokens: 20, output_tokens: 10 }

function contentOf({ text, calls = [] }) {
  const words = text === undefined ? [] : [{ type: 'text', text }]
  return [
    ...words,
    ...calls.map((call, index) => ({ type: 'tool_use', id: `toolu_${call.id ?? index}`, name: call.name, input: call.arguments })),
  ]
}

export function toBody(turn, body) {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: contentOf(turn),
    stop_reason: turn.calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  }
}

export function toStream(turn, body) {
  const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
  const whole = toBody(turn, body)
  const blocks = whole.content.flatMap((block, index) => {
    const isText = block.type === 'text'
    const pieces = (isText ? block.text : JSON.stringify(block.input)).match(/[\s\S]{1,12}/g) ?? []
    return [
      event('content_block_start', { index, content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} } }),
      ...pieces.map((piece) =>
        event('content_block_delta', {
          index,
          delta: isText ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece },
        }),
      ),
      event('content_block_stop', { index }),
    ]
  })
  return [
    event('message_start', { message: { ...whole, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } }),
    ...blocks,
    event('message_delta', {
      delta: { stop_reason: whole.stop_reason, stop_sequence: null },
      usage: { output_tokens: usage.output_tokens },
    }),
    event('message_stop', {}),
  ].join('')
}

const errorTypes = { 404: 'not_found_error', 429: 'rate_limit_error' }

export function toError({ status, code, message }) {
  return {
    type: 'error',
    error: { type: errorTypes[status] ?? 'invalid_request_error', message, ...(code && { details: { error_code: code } }) },
  }
}
