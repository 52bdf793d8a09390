import type { StartChunk } from '../../chat/chunk.ts'
import type { Finish } from '../../chat/finish-reason.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import { toOpenAiFinishReason } from './finish-reason.ts'
import { repairedReasoning } from './repair.ts'
import { textOf } from './response.ts'
import { fromOpenAiUsage, isOpenAiCount, withOpenAiCount } from './usage.ts'

/* Stream events as `repair.ts` treats whole answers: what a client can't take is written anew, all else stays. */

/** What was read of one choice of an event. */
interface ReadChoice {
  readonly index: number
  /** The deltas of tool calls as a client can take them, with those that the choice is owed at its end. */
  readonly calls: readonly JsonObject[]
  /** `undefined` while the choice goes on. */
  readonly finish: Finish | undefined
}

function isSameList(given: JsonObject['tool_calls'], own: readonly JsonObject[]): boolean {
  if (!Array.isArray(given)) return own.length === 0
  return given.length === own.length && own.every((call, index) => call === given[index])
}

function isFittingDelta(delta: JsonObject): boolean {
  const content = delta['content']
  return (
    (typeof content === 'string' || content === null || content === undefined) &&
    (typeof delta['reasoning_content'] === 'string' || !delta['reasoning'])
  )
}

function repairedDelta(delta: JsonObject, calls: readonly JsonObject[]): JsonObject {
  const { content, tool_calls: _calls, ...rest } = delta
  return {
    ...rest,
    ...(content !== undefined && { content: Array.isArray(content) ? textOf(content) : content }),
    ...repairedReasoning(delta),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

/** A choice of an event as OpenAI could have sent it: itself where nothing is wrong with it. */
export function repairChoiceDelta(choice: JsonObject, { index, calls, finish }: ReadChoice): JsonObject {
  const delta = readObject(choice, 'delta')
  const finishReason = finish === undefined ? null : toOpenAiFinishReason(choice, finish)
  const isFitting =
    choice['index'] === index &&
    choice['finish_reason'] === finishReason &&
    delta !== undefined &&
    isFittingDelta(delta) &&
    isSameList(delta['tool_calls'], calls)
  return isFitting ? choice : { ...choice, index, delta: repairedDelta(delta ?? {}, calls), finish_reason: finishReason }
}

function isFittingHead(event: JsonObject): boolean {
  return (
    Boolean(readString(event, 'id') && readString(event, 'model')) &&
    event['object'] === 'chat.completion.chunk' &&
    typeof event['created'] === 'number'
  )
}

interface StreamHead {
  readonly start: StartChunk | undefined
  readonly nowSeconds: (() => number) | undefined
}

function repairedHead(event: JsonObject, { start, nowSeconds }: StreamHead): JsonObject {
  const created = event['created']
  return {
    id: readString(event, 'id') || start?.id,
    object: 'chat.completion.chunk',
    created: typeof created === 'number' ? created : (start?.createdAtSeconds ?? nowSeconds?.() ?? 0),
    model: readString(event, 'model') || start?.model,
  }
}

/**
 * An event as OpenAI could have sent it: itself where nothing is wrong with it, else a copy with the wrong pieces written anew.
 * `undefined` for an event that a client has no use for, and for one whose usage must be told apart (Groq's `x_groq`).
 */
export function repairEvent(event: JsonObject, choices: readonly JsonObject[], head: StreamHead): JsonObject | undefined {
  const given = readArray(event, 'choices') ?? []
  const usage = readObject(event, 'usage')
  const isSame = given.length === choices.length && choices.every((choice, index) => choice === given[index])
  const isCounted = usage === undefined || isOpenAiCount(usage, fromOpenAiUsage(usage))
  if (isJsonObject(readObject(event, 'x_groq')?.['usage']) && usage === undefined) return undefined
  if (isSame && isCounted && isFittingHead(event)) return event
  if (choices.length === 0 && usage === undefined) return undefined
  return { ...event, ...repairedHead(event, head), choices, ...(usage !== undefined && { usage: withOpenAiCount(usage) }) }
}
