import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { badAnswer, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { bedrockFailures } from './failures.table.ts'
import { fromBedrockStopReason, fromBedrockUsage } from './response.ts'

export interface BedrockStreamState {
  readonly context: DecodeContext
  /** Our index of the tool call in each content block. */
  readonly tools: Readonly<Record<number, number>>
  readonly toolCount: number
  /** Our index of the reasoning block in each content block. */
  readonly reasoning: Readonly<Record<number, number>>
  readonly silentTool?: number | undefined
}

type Step = DecodeStep<BedrockStreamState>

export function startBedrockStream(context: DecodeContext): BedrockStreamState {
  return { context, tools: {}, toolCount: 0, reasoning: {} }
}

function step(state: BedrockStreamState, ...chunks: readonly ChatChunk[]): Step {
  return { state, chunks, forward: false }
}

function onBlockStart(state: BedrockStreamState, body: JsonObject): Step {
  const call = readObject(readObject(body, 'start') ?? {}, 'toolUse')
  if (call === undefined) return step(state)
  const index = state.toolCount
  const at = readNumber(body, 'contentBlockIndex') ?? 0
  const next = { ...state, tools: { ...state.tools, [at]: index }, toolCount: index + 1, silentTool: index }
  return step(next, {
    type: 'tool-call-start',
    choice: 0,
    index,
    id: readString(call, 'toolUseId') ?? '',
    name: readString(call, 'name') ?? '',
  })
}

function onReasoning(state: BedrockStreamState, content: JsonObject, at: number): Step {
  const index = state.reasoning[at] ?? Object.keys(state.reasoning).length
  const chunk: ChatChunk = {
    type: 'reasoning-delta',
    choice: 0,
    index,
    origin: 'bedrock-converse',
    text: readString(content, 'text') ?? '',
    signature: readString(content, 'signature'),
    sealed: readString(content, 'redactedContent'),
  }
  return step({ ...state, reasoning: { ...state.reasoning, [at]: index } }, chunk)
}

function onBlockDelta(state: BedrockStreamState, body: JsonObject): Step {
  const at = readNumber(body, 'contentBlockIndex') ?? 0
  const delta = readObject(body, 'delta') ?? {}
  const text = readString(delta, 'text')
  if (text !== undefined) return text === '' ? step(state) : step(state, { type: 'text-delta', choice: 0, text })
  const reasoning = readObject(delta, 'reasoningContent')
  if (reasoning !== undefined) return onReasoning(state, reasoning, at)
  const argumentsText = readString(readObject(delta, 'toolUse') ?? {}, 'input') ?? ''
  const index = state.tools[at]
  if (argumentsText === '' || index === undefined) return step(state)
  return step({ ...state, silentTool: undefined }, { type: 'tool-call-delta', choice: 0, index, argumentsText })
}

/** A call that said nothing has no arguments, which is `{}` to everybody else. */
function onBlockStop(state: BedrockStreamState): Step {
  if (state.silentTool === undefined) return step(state)
  return step({ ...state, silentTool: undefined }, { type: 'tool-call-delta', choice: 0, index: state.silentTool, argumentsText: '{}' })
}

function onException(state: BedrockStreamState, name: string, body: JsonObject): Step {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const message = readString(body, 'message') ?? readString(body, 'originalMessage') ?? 'The provider broke the answer off.'
  const fault = { message, type }
  return step(state, {
    type: 'error',
    error: new ProviderError({ ...fault, failure: classifyFailure(500, fault, bedrockFailures), provider: '' }),
  })
}

/** One frame of a stream. Usage comes last, in `metadata`. @throws ProviderError `bad_answer` when the payload is not JSON */
export function onBedrockEvent(state: BedrockStreamState, event: WireEvent): Step {
  const body = parseJson(event.data)
  if (!isJsonObject(body)) throw badAnswer('A stream frame holds no JSON object.')
  if (event.exception === true) return onException(state, event.name, body)
  switch (event.name) {
    case 'messageStart':
      return step(state, {
        type: 'start',
        id: state.context.headers?.['x-amzn-requestid'] ?? `chatcmpl-${state.context.newId()}`,
        model: state.context.model,
      })
    case 'contentBlockStart':
      return onBlockStart(state, body)
    case 'contentBlockDelta':
      return onBlockDelta(state, body)
    case 'contentBlockStop':
      return onBlockStop(state)
    case 'messageStop':
      return step(state, { type: 'finish', choice: 0, finish: fromBedrockStopReason(readString(body, 'stopReason')) })
    case 'metadata': {
      const usage = readObject(body, 'usage')
      return { ...(usage === undefined ? step(state) : step(state, { type: 'usage', usage: fromBedrockUsage(usage) })), done: true }
    }
    default:
      return step(state)
  }
}
