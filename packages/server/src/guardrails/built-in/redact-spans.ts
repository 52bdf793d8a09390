/** A part of a text that is to be hidden, and what it is. */
export interface HiddenSpan {
  readonly kind: string
  readonly start: number
  readonly end: number
}

/** A text with parts of it replaced. The spans are in order and don't overlap. */
export function replaceSpans(text: string, spans: readonly HiddenSpan[], replace: (span: HiddenSpan, found: string) => string): string {
  let replaced = ''
  let copied = 0
  for (const span of spans) {
    replaced += text.slice(copied, span.start) + replace(span, text.slice(span.start, span.end))
    copied = span.end
  }
  return copied === 0 ? text : replaced + text.slice(copied)
}

/** What stands in an answer for what was found there. It has no number: nothing is put back. */
export function toMark(kind: string): string {
  return `[${kind.toUpperCase().replace(/[^A-Z]/g, '_')}]`
}
