import type { ClientView } from '../client-view.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient } from './invariant.ts'

/** Splits a text into the continued part and the continuation; `undefined` when `text` does not begin with `prefill`. */
function splitAtSeam(text: string, prefill: string | undefined): { readonly before: string; readonly own: string } | undefined {
  if (prefill === undefined) return { before: '', own: text }
  const words = prefill.trimEnd()
  if (!text.startsWith(words)) return undefined
  const rest = text.slice(words.length)
  // A request may lack the white space at the end of its prefill; the text has it once.
  const before = rest.startsWith(' ') ? `${words} ` : words
  return { before, own: text.slice(before.length) }
}

/**
 * Finds the upstream call whose answer ends `text`: it sent all of it, or it continued the text of other calls without a gap and
 * without a repetition. With `whole` its answer must be finished.
 */
export function findAnswering(text: string, calls: readonly UpstreamCall[], whole: boolean): UpstreamCall | undefined {
  return calls.find((call) => {
    const split = splitAtSeam(text, call.prefill)
    if (split === undefined) return false
    const sent = call.text.slice(call.lead.length)
    const isSent = whole ? call.finished && sent === split.own : sent.startsWith(split.own)
    if (!isSent || call.prefill === undefined) return isSent
    return (
      findAnswering(
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
  return findAnswering(view.text, calls, false) === undefined ? `no upstream sent "${view.text.slice(0, 120)}"` : undefined
})

export const completeMeansWhole: Invariant = perClient('an incomplete answer is never shown as complete', (view, { callsOf }) => {
  if (!isWhole(view)) return undefined
  if (view.finish === undefined) return 'complete without a finish'
  return findAnswering(view.text, callsOf(view.client), true) === undefined
    ? 'complete, but no upstream had finished that answer'
    : undefined
})

export const finishIsForwarded: Invariant = perClient('the finish is that of the upstream', (view, { callsOf }) => {
  // Only chat says how it ended.
  if (!isWhole(view) || view.operation !== 'chat') return undefined
  const filtered = findAnswering(view.text, callsOf(view.client), true)?.fault?.type === 'content-filter'
  return filtered === (view.finish === 'content_filter') ? undefined : `got "${view.finish}"`
})

export const rawMatchesChunks: Invariant = perClient('forwarded bytes are whole events and match the chunks', ({ rawFault }) => rawFault)
