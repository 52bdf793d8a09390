import type { ClientView } from '../client-view.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient } from './invariant.ts'

/** What came before a continuation, and what it said itself; `undefined` when `text` does not go on from those words. */
function splitAtSeam(text: string, prefill: string | undefined): { readonly before: string; readonly own: string } | undefined {
  if (prefill === undefined) return { before: '', own: text }
  const words = prefill.trimEnd()
  if (!text.startsWith(words)) return undefined
  const rest = text.slice(words.length)
  // A request may go without the white space at its end; the text has it once all the same.
  const before = rest.startsWith(' ') ? `${words} ` : words
  return { before, own: text.slice(before.length) }
}

/**
 * The upstream call whose answer ends `text`: it said all of it, or it went on, without a gap and without a repetition, from
 * words that others had said. With `whole` the answer must have come to its finish.
 */
export function answering(text: string, calls: readonly UpstreamCall[], whole: boolean): UpstreamCall | undefined {
  return calls.find((call) => {
    const split = splitAtSeam(text, call.prefill)
    if (split === undefined) return false
    const said = call.text.slice(call.lead.length)
    const isSaid = whole ? call.finished && said === split.own : said.startsWith(split.own)
    if (!isSaid || call.prefill === undefined) return isSaid
    return (
      answering(
        split.before,
        calls.filter((other) => other !== call),
        false,
      ) !== undefined
    )
  })
}

function isWhole(view: ClientView): boolean {
  return view.ended === 'complete'
}

export const textIsOneAnswer: Invariant = perClient('no text is lost, repeated or mixed', (view, { callsOf }) => {
  const calls = callsOf(view.client)
  if (view.text === '' && !isWhole(view)) return undefined
  return answering(view.text, calls, false) === undefined ? `no upstream said "${view.text.slice(0, 120)}"` : undefined
})

export const completeMeansWhole: Invariant = perClient('an incomplete answer is never shown as complete', (view, { callsOf }) => {
  if (!isWhole(view)) return undefined
  if (view.finish === undefined) return 'complete without a finish'
  return answering(view.text, callsOf(view.client), true) === undefined ? 'complete, but no upstream had finished that answer' : undefined
})

export const finishIsTold: Invariant = perClient('the finish is the one that the upstream gave', (view, { callsOf }) => {
  if (!isWhole(view)) return undefined
  const filtered = answering(view.text, callsOf(view.client), true)?.fault?.type === 'content-filter'
  return filtered === (view.finish === 'content_filter') ? undefined : `told "${view.finish}"`
})

export const rawIsUnderstood: Invariant = perClient(
  'bytes that are sent on are whole events, and say what was understood',
  ({ rawFault }) => rawFault,
)
