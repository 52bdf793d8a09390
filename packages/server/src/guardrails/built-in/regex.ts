import { RE2JS } from 're2js'
import type { Guardrail } from '../guardrail.ts'
import type { HiddenSpan } from './redact-spans.ts'
import { type CommonOptions, createSpanGuardrail, type GuardrailAction } from './span-guardrail.ts'

/*
 * Expressions come from the configuration, texts from anybody. RE2 matches in time that is linear in the text whatever the expression, and has no
 * word for what can't be (references back, looking around): those are refused when the configuration is read.
 */

/** An expression in RE2's syntax. @throws Error saying what of it RE2 does not know */
function compileRegex(pattern: string): RE2JS {
  return RE2JS.compile(pattern)
}

export interface RegexOptions extends CommonOptions {
  readonly action: GuardrailAction
  readonly patterns: readonly string[]
  /** The kind of its finds: in receipts and placeholders. */
  readonly kind: string
  readonly restore: boolean
  /** Characters of a stream that wait for more: a longer match is found in whole answers only. */
  readonly streamWindow: number
}

function findAll(expression: RE2JS, text: string, kind: string): readonly HiddenSpan[] {
  // Whether there is a match at all is told ten times as fast as where.
  if (!expression.test(text)) return []
  const spans: HiddenSpan[] = []
  const matcher = expression.matcher(text)
  while (matcher.find()) if (matcher.end() > matcher.start()) spans.push({ kind, start: matcher.start(), end: matcher.end() })
  return spans
}

function withoutOverlaps(spans: readonly HiddenSpan[]): readonly HiddenSpan[] {
  const kept: HiddenSpan[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span)
  }
  return kept
}

/** Texts that match one of several expressions. */
export function regex({ patterns, kind, streamWindow, ...options }: RegexOptions): Guardrail {
  const expressions = patterns.map(compileRegex)
  const find = (text: string): readonly HiddenSpan[] =>
    withoutOverlaps(expressions.flatMap((expression) => findAll(expression, text, kind)))
  return createSpanGuardrail({
    ...options,
    find: ({ text }) => find(text),
    // Not in the middle of a match that has begun.
    holdFrom: (text) => {
      const cut = Math.max(0, text.length - streamWindow)
      const across = find(text).find(({ start, end }) => start < cut && end > cut)
      return across?.start ?? cut
    },
  })
}
