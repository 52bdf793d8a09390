import { allow, type GuardedText, type Guardrail, type GuardrailInput, type GuardrailStage, type GuardrailVerdict } from '../guardrail.ts'
import { type HiddenSpan, replaceSpans, toMark } from './redact-spans.ts'
import { createTurns, sliceCharacters } from './turns.ts'

/** What a guardrail does about what it finds. */
export type GuardrailAction = 'flag' | 'redact' | 'block'

/** What every configured guardrail has. */
export interface CommonOptions extends Pick<Guardrail, 'name' | 'scope' | 'onFailure'> {
  readonly stages: readonly GuardrailStage[]
}

export interface SpanGuardrailOptions extends CommonOptions {
  readonly action: GuardrailAction
  /** Whether what was hidden of a request is put back in its answer. */
  readonly restore: boolean
  /** Finds parts of a text, in order and without overlaps. */
  readonly find: (text: GuardedText) => readonly HiddenSpan[]
  /** From which character on a streamed text has to wait for more. */
  readonly holdFrom: (text: string) => number
}

/** As much as a finder looks back. */
const beforeCharacters = 64

function replacementOf({ restore }: SpanGuardrailOptions, { stage, hide }: GuardrailInput): (span: HiddenSpan, found: string) => string {
  return restore && stage === 'input' ? ({ kind }, found) => hide(kind, found) : ({ kind }) => toMark(kind)
}

/** The pieces of a long text that can be judged by themselves. */
function piecesOf(text: string, holdFrom: (text: string) => number): readonly string[] {
  if (text.length <= sliceCharacters) return [text]
  const pieces: string[] = []
  let start = 0
  while (start < text.length) {
    const slice = text.slice(start, start + sliceCharacters)
    const isLast = start + slice.length === text.length
    const cut = isLast ? slice.length : holdFrom(slice)
    const end = start + (cut === 0 ? slice.length : cut)
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

/** One look at the texts of a call. */
interface Search {
  readonly options: SpanGuardrailOptions
  readonly kinds: Set<string>
  readonly replace: (span: HiddenSpan, found: string) => string
  readonly takeTurn: (characters: number) => Promise<void>
}

/** The text as it is to be, where it is to be another; its finds are added to the kinds. */
async function search({ options, kinds, replace, takeTurn }: Search, given: GuardedText): Promise<string> {
  const { find, holdFrom, action } = options
  let redacted = ''
  let { before = '' } = given
  for (const piece of piecesOf(given.text, holdFrom)) {
    await takeTurn(piece.length)
    const spans = find({ ...given, text: piece, before })
    for (const { kind } of spans) kinds.add(kind)
    if (action === 'redact') redacted += replaceSpans(piece, spans, replace)
    before = piece.slice(-beforeCharacters)
  }
  return redacted
}

/** A guardrail that finds parts of texts, each by itself. */
export function createSpanGuardrail(options: SpanGuardrailOptions): Guardrail {
  const { name, stages, scope, onFailure, action, holdFrom } = options
  const check = async (input: GuardrailInput): Promise<GuardrailVerdict> => {
    const kinds = new Set<string>()
    const state: Search = { options, kinds, replace: replacementOf(options, input), takeTurn: createTurns(input) }
    const texts: string[] = []
    for (const text of input.texts) texts.push(await search(state, text))
    if (kinds.size === 0) return allow
    return action === 'redact' ? { type: 'redact', kinds: [...kinds], texts } : { type: action, kinds: [...kinds] }
  }
  // What is only flagged need not wait.
  return { name, stages, scope, onFailure, streaming: action === 'flag' ? { type: 'end' } : { type: 'pieces', holdFrom }, check }
}
