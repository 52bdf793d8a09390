import type { ChatChunk, StartChunk } from '../../chat/chunk.ts'
import type { EncodeStep } from '../dialect.ts'

/** How a dialect with one choice writes a stream. */
export interface SingleChoiceWriter<State> {
  readonly isStarted: (state: State) => boolean
  /** Writes the beginning; `undefined` when the first chunk is no start. */
  readonly begin: (state: State, start: StartChunk | undefined) => EncodeStep<State>
  /** Writes a chunk of a stream that has begun. */
  readonly onStarted: (state: State, chunk: ChatChunk) => EncodeStep<State>
}

/** The chunk encoder of a dialect with one choice: chunks of further choices are left out, and the first chunk begins the stream. */
export function singleChoiceEncoder<State>(writer: SingleChoiceWriter<State>): (state: State, chunk: ChatChunk) => EncodeStep<State> {
  return (state, chunk) => {
    if ('choice' in chunk && chunk.choice !== 0) return { state, text: '' }
    if (chunk.type === 'start') return writer.begin(state, chunk)
    if (writer.isStarted(state)) return writer.onStarted(state, chunk)
    const begun = writer.begin(state, undefined)
    const step = writer.onStarted(begun.state, chunk)
    return { state: step.state, text: begun.text + step.text }
  }
}
