import type { SignalReading } from './condition.ts'
import { parseDuration } from './parse-number.ts'
import { isSignalName, type Selector, type SelectorLabel, type SignalName, signalNames, signalRow } from './signal-names.table.ts'
import { type TokenCursor, unexpected } from './token-cursor.ts'

/** Signals are kept for a day, in slices of five seconds for the last minutes. */
const windowLimits = { minMs: 5_000, maxMs: 86_400_000, said: 'a window from 5s to 24h' }

/** `5m`, as a window to look back over. */
export function parseWindow(cursor: TokenCursor): number {
  return parseDuration(cursor, windowLimits)
}

function parseLabel(cursor: TokenCursor, name: SignalName, taken: Selector): readonly [SelectorLabel, string] {
  const { labels } = signalRow(name)
  const label = cursor.next()
  const known = labels.find((allowed) => allowed === label.text && label.type === 'word')
  if (known === undefined) throw unexpected(label, labels.length === 0 ? [`no selector, since ${name} is known only as a whole`] : labels)
  if (taken[known] !== undefined) throw unexpected(label, [`each label once`])
  cursor.expect('=')
  const value = cursor.next()
  if (value.type !== 'string' || value.text === '') throw unexpected(value, ['a name in quotes'])
  return [known, value.text]
}

function parseSelector(cursor: TokenCursor, name: SignalName): Selector {
  if (cursor.take('{') === undefined) return {}
  let selector: Selector = {}
  do {
    const [label, value] = parseLabel(cursor, name, selector)
    selector = { ...selector, [label]: value }
  } while (cursor.take(',') !== undefined)
  cursor.expect('}', '","')
  return selector
}

/** `error_rate`, `error_rate{provider="openai"}`, `error_rate[5m]`. `usualMs` is the window of the whole condition, if it names one. */
export function parseSignal(cursor: TokenCursor, usualMs: number | undefined): SignalReading {
  const token = cursor.next()
  const name = token.text
  if (token.type !== 'word' || !isSignalName(name)) throw unexpected(token, [`a signal (${signalNames.join(', ')})`, 'a number', '"("'])
  const selector = parseSelector(cursor, name)
  if (cursor.take('[') === undefined) return { type: 'signal', name, selector, windowMs: usualMs ?? signalRow(name).windowMs }
  const windowMs = parseWindow(cursor)
  cursor.expect(']')
  return { type: 'signal', name, selector, windowMs }
}
