import type { ClientView } from '../client-view.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import { type Invariant, perClient } from './invariant.ts'

/**
 * The upstream call whose answer ends `text`: it said all of it, or it went on, without a gap and without a repetition, from
 * words that others had said. With `whole` the answer must have come to its finish.
 */
export function answering(text: string, calls: readonly UpstreamCall[], whole: boolean): UpstreamCall | undefined {
  return calls.find((call) => {
    const from = call.prefill ?? ''
    if (!text.startsWith(from)) return false
    const own = text.slice(from.length)
    const said = whole ? call.finished && call.text === own : call.text.startsWith(own)
    return (
      said &&
      (from === '' ||
        answering(
          from,
          calls.filter((other) => other !== call),
          false,
        ) !== undefined)
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
