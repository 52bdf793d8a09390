import type { ChatChunk } from '../../chat/chunk.ts'
import { isJsonObject, type JsonObject, readNumber, readObject, readString } from '../../wire/json.ts'
import { customArgumentsEnd, customArgumentsStart, toCustomPiece } from '../shared/custom-tool.ts'
import { type CallKey, createCallTable, type StreamedCall } from './call-table.ts'
import { fromOpenAiToolCall } from './tools.ts'

/** What one delta brought. */
export interface CallStep {
  readonly chunks: readonly ChatChunk[]
  /** The delta itself where a client can take it, else a copy with the wrong pieces written anew; `undefined` when it says nothing. */
  readonly own: JsonObject | undefined
}

/** What is owed when a choice ends. */
export interface CallsEnd {
  readonly chunks: readonly ChatChunk[]
  /** Deltas that a client of this dialect is owed. */
  readonly own: readonly JsonObject[]
  /** A call never got its name. */
  readonly isNameless: boolean
}

/** The tool calls of one choice of a stream, fed in any order. */
export interface StreamCalls {
  readonly hasCalls: () => boolean
  readonly onDelta: (delta: JsonObject) => CallStep
  readonly end: () => CallsEnd
}

interface ReadDelta extends CallKey {
  readonly type: StreamedCall['type']
  readonly argumentsText: string
  readonly signature: string | undefined
}

function readDelta(delta: JsonObject): ReadDelta {
  const custom = readObject(delta, 'custom')
  const target = custom ?? readObject(delta, 'function') ?? {}
  const read = custom === undefined ? fromOpenAiToolCall(delta) : undefined
  return {
    index: readNumber(delta, 'index'),
    id: readString(delta, 'id') ?? '',
    name: readString(target, 'name') ?? '',
    type: custom !== undefined || delta['type'] === 'custom' ? 'custom' : delta['type'] === 'function' ? 'function' : undefined,
    argumentsText: readString(custom ?? {}, 'input') ?? read?.argumentsText ?? readString(target, 'arguments') ?? '',
    signature: read?.signature,
  }
}

function isSilent({ id, name, argumentsText }: ReadDelta): boolean {
  return id === '' && name === '' && argumentsText === ''
}

/** A delta as OpenAI could have sent it; `opens` when it brings the call's name. */
function ownDelta(
  delta: JsonObject,
  call: StreamedCall,
  { read, opens }: { readonly read: ReadDelta; readonly opens: boolean },
): JsonObject {
  const target = readObject(delta, 'function')
  const given = target?.['arguments'] ?? ''
  const lacksHead = opens && (call.givenId === '' || call.type === undefined)
  if (delta['index'] === call.index && !lacksHead && typeof given === 'string') return delta
  return {
    ...delta,
    index: call.index,
    ...(lacksHead && { id: call.id, type: call.type ?? 'function' }),
    ...(typeof given !== 'string' && { function: { ...target, arguments: read.argumentsText } }),
  }
}

export function createStreamCalls(choice: number, newId: () => string): StreamCalls {
  const table = createCallTable(newId)
  const argument = (index: number, argumentsText: string): ChatChunk => ({ type: 'tool-call-delta', choice, index, argumentsText })

  const say = (call: StreamedCall, text: string): readonly ChatChunk[] => {
    if (text === '') return []
    call.hasArguments = true
    return [argument(call.index, call.type === 'custom' ? toCustomPiece(text) : text)]
  }
  const open = (call: StreamedCall, read: ReadDelta): readonly ChatChunk[] => {
    call.name = read.name
    const { index, id, name, signature } = call
    const start: ChatChunk = { type: 'tool-call-start', choice, index, id, name, signature }
    const said = say(call, call.held + read.argumentsText)
    return call.type === 'custom' ? [{ ...start, custom: true }, argument(index, customArgumentsStart), ...said] : [start, ...said]
  }
  const grow = (call: StreamedCall, read: ReadDelta): readonly ChatChunk[] => {
    // Once its name is told, a call keeps the id that was told with it.
    if (read.id !== '' && call.givenId === '' && call.name === '') table.learnId(call, read.id)
    call.type ??= read.type
    call.signature ??= read.signature
    if (call.name !== '') return say(call, read.argumentsText)
    if (read.name !== '') return open(call, read)
    call.held += read.argumentsText
    return []
  }
  return {
    hasCalls: () => table.all.length > 0,
    onDelta: (delta) => {
      const read = readDelta(delta)
      const known = table.find(read)
      if (known === undefined && isSilent(read)) return { chunks: [], own: undefined }
      const call = known ?? table.begin(read)
      const wasNameless = call.name === ''
      const chunks = grow(call, read)
      return { chunks, own: ownDelta(delta, call, { read, opens: wasNameless && call.name !== '' }) }
    },
    end: () => {
      const open = table.all.filter((call) => call.name !== '' && !call.isEnded)
      for (const call of open) call.isEnded = true
      const silent = open.filter((call) => !call.hasArguments && call.type !== 'custom')
      return {
        chunks: [
          ...silent.map(({ index }) => argument(index, '{}')),
          ...open.filter(({ type }) => type === 'custom').map(({ index }) => argument(index, customArgumentsEnd)),
        ],
        own: silent.map(({ index }) => ({ index, function: { arguments: '{}' } })),
        isNameless: table.all.some(({ name }) => name === ''),
      }
    },
  }
}

/** The deltas of tool calls in a delta. */
export function callDeltasOf(delta: JsonObject): readonly JsonObject[] {
  const listed = delta['tool_calls']
  return Array.isArray(listed) ? listed.filter(isJsonObject) : []
}
