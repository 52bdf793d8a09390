import type { ToolCallStart } from '../../chat/chunk.ts'
import type { ToolCall } from '../../chat/message.ts'
import { createCustomInput, fromCustomArguments } from '../shared/custom-input.ts'
import { asClientCall, callItemId, toCallItem } from './response-object.ts'
import { addItem, emit, endItem, type OpenCall, placeOf, type ResponsesEncodeState, type Step } from './stream-writer.ts'

/** Adds the item of a call. */
export function openCall(step: Step, chunk: ToolCallStart): Step {
  const { id: callId, index, name, signature, custom } = chunk
  const { context, calls } = step.state
  const earlier = calls.get(index)
  // Two calls at one place: the first has ended.
  if (earlier !== undefined) {
    calls.delete(index)
    return openCall(endCall(step, earlier, 'completed'), chunk)
  }
  const call = asClientCall({ id: callId, name, argumentsText: '', signature, custom }, context.request)
  const open: OpenCall = {
    ...{ type: 'call', id: callItemId(call, context), at: step.state.added, call },
    input: call.custom === true ? createCustomInput() : undefined,
  }
  step.state.calls.set(index, open)
  return addItem(step, toCallItem(open.id, call, 'in_progress'))
}

function inputDelta(step: Step, open: OpenCall, delta: string): Step {
  return delta === '' ? step : emit(step, 'response.custom_tool_call_input.delta', { ...placeOf(open), delta })
}

/** Adds to the arguments of a call; what belongs to no call is left out. */
export function growCall(state: ResponsesEncodeState, index: number, argumentsText: string): Step {
  const open = state.calls.get(index)
  const step: Step = { state, text: '' }
  if (open === undefined || argumentsText === '') return step
  const call: ToolCall = { ...open.call, argumentsText: open.call.argumentsText + argumentsText }
  state.calls.set(index, { ...open, call })
  if (open.input !== undefined) return inputDelta(step, open, open.input.push(argumentsText))
  return emit(step, 'response.function_call_arguments.delta', { ...placeOf(open), delta: argumentsText })
}

function endCall(step: Step, open: OpenCall, status: string): Step {
  const { call, input } = open
  const item = toCallItem(open.id, call, status)
  if (input === undefined) {
    const done = emit(step, 'response.function_call_arguments.done', { ...placeOf(open), name: call.name, arguments: call.argumentsText })
    return endItem(done, open.at, item)
  }
  const told = inputDelta(step, open, input.end())
  const done = emit(told, 'response.custom_tool_call_input.done', { ...placeOf(open), input: fromCustomArguments(call.argumentsText) })
  return endItem(done, open.at, item)
}

/** Ends all calls, in the order of their places; `lastStatus` is that of the last one, which alone can be cut off. */
export function endCalls(step: Step, lastStatus: string): Step {
  const open = [...step.state.calls.values()]
  step.state.calls.clear()
  return open.reduce((before, call, index) => endCall(before, call, index === open.length - 1 ? lastStatus : 'completed'), step)
}
