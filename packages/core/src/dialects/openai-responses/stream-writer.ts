import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { Usage } from '../../chat/usage.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext, EncodeStep } from '../dialect.ts'
import type { CustomInput } from '../shared/custom-input.ts'
import type { ResponseHead } from './response-object.ts'

/** An output item that is being written. Its place in the output is fixed when it is added. */
interface Placed {
  readonly id: string
  readonly at: number
}

export interface OpenMessage extends Placed {
  readonly type: 'message'
  readonly kind: 'text' | 'refusal'
  readonly text: string
  readonly annotations: readonly JsonObject[]
  readonly logprobs: readonly JsonObject[]
}

export interface OpenReasoning extends Placed {
  readonly type: 'reasoning'
  /** The neutral index of the block. */
  readonly index: number
  readonly block: ReasoningBlock
}

export interface OpenCall extends Placed {
  readonly type: 'call'
  readonly call: ToolCall
  /** Takes the text out of the arguments of a custom call. */
  readonly input: CustomInput | undefined
}

export interface ResponsesEncodeState {
  readonly context: ClientContext
  readonly head?: ResponseHead | undefined
  readonly sequence: number
  /** Finished items by place. It grows with the stream, as `calls` does: copies would make many items quadratic. */
  readonly output: Map<number, JsonObject>
  /** How many items have been added. */
  readonly added: number
  /** The message or the reasoning that is being written: one at a time. */
  readonly open?: OpenMessage | OpenReasoning | undefined
  /** Calls that are being written, by their neutral index: providers may write several by turns. */
  readonly calls: Map<number, OpenCall>
  /** Citations that came before any text. */
  readonly heldAnnotations: readonly JsonObject[]
  readonly finish?: Finish | undefined
  readonly usage?: Usage | undefined
}

export type Step = EncodeStep<ResponsesEncodeState>

/** One more event, numbered. */
export function emit({ state, text }: Step, type: string, fields: JsonObject): Step {
  const data = JSON.stringify({ type, sequence_number: state.sequence, ...fields })
  return { state: { ...state, sequence: state.sequence + 1 }, text: `${text}event: ${type}\ndata: ${data}\n\n` }
}

/** Adds an item at the next place. */
export function addItem(step: Step, item: JsonObject): Step {
  const added = emit(step, 'response.output_item.added', { output_index: step.state.added, item })
  return { ...added, state: { ...added.state, added: added.state.added + 1 } }
}

/** Ends the item at a place. */
export function endItem(step: Step, at: number, item: JsonObject): Step {
  step.state.output.set(at, item)
  return emit(step, 'response.output_item.done', { output_index: at, item })
}

/** The finished items in the order of their places. */
export function outputOf({ output }: ResponsesEncodeState): readonly JsonObject[] {
  return [...output].sort(([left], [right]) => left - right).map(([, item]) => item)
}

/** What every event of an item says of its place. */
export function placeOf({ id, at }: Placed): JsonObject {
  return { output_index: at, item_id: id }
}
