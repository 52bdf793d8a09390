import { RE2JS } from 're2js'
import * as v from 'valibot'
import { flag, integer, milliseconds, number, text, texts } from './fields.ts'

/** Kinds of personal data that are recognised; a test holds the list to the finders'. */
export const personalDataEntities = ['email', 'phone', 'card', 'iban', 'national_id', 'ip'] as const

const name = v.pipe(text, v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'small letters, digits, - and _, at most 64'))

function regexProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it can’t be read'
  }
}

/** An expression that takes linear time whatever the text. */
const linearRegex = v.pipe(
  text,
  v.maxLength(2_000),
  v.check(
    (pattern) => regexProblem(pattern) === undefined,
    ({ input }) =>
      `an expression in RE2’s syntax, which takes linear time: no references back (\\1), no looking around ((?=, (?!, (?<=, (?<!); ${regexProblem(String(input)) ?? ''}`,
  ),
)

const stage = v.picklist(['input', 'output'])
const stages = (...fallback: readonly ('input' | 'output')[]) => v.optional(v.pipe(v.array(stage), v.minLength(1)), [...fallback])
const flagOrBlock = (fallback: 'flag' | 'block') => v.optional(v.picklist(['flag', 'block']), fallback)
const anyAction = (fallback: 'flag' | 'redact' | 'block') => v.optional(v.picklist(['flag', 'redact', 'block']), fallback)

/** What every guardrail has: its name, and which calls it looks at. `on_failure` says what follows when it can't decide. */
const common = {
  name,
  enabled: v.optional(flag, true),
  routes: v.optional(texts),
  keys: v.optional(texts),
  teams: v.optional(texts),
  models: v.optional(texts),
  on_failure: v.optional(v.picklist(['fail_open', 'fail_closed']), 'fail_closed'),
}

const guardrail = v.variant('type', [
  v.strictObject({
    ...common,
    type: v.literal('personal_data'),
    applies_to: stages('input'),
    action: anyAction('redact'),
    entities: v.optional(v.pipe(v.array(v.picklist(personalDataEntities)), v.minLength(1)), [...personalDataEntities]),
    /** Whether what was hidden of a request is put back in its answer. */
    restore: v.optional(flag, true),
  }),
  v.strictObject({ ...common, type: v.literal('secrets'), applies_to: stages('input', 'output'), action: anyAction('redact') }),
  v.strictObject({
    ...common,
    type: v.literal('prompt_injection'),
    applies_to: stages('input'),
    action: flagOrBlock('block'),
    threshold: v.optional(number(0.05, 1), 0.5),
  }),
  v.strictObject({
    ...common,
    type: v.literal('moderation'),
    applies_to: stages('input'),
    action: flagOrBlock('block'),
    model: text,
    timeout_ms: v.optional(milliseconds, 3_000),
    /** Scores from which on a category counts, by its name. */
    thresholds: v.optional(v.record(text, number(0, 1))),
  }),
  v.strictObject({
    ...common,
    type: v.literal('size'),
    applies_to: stages('input'),
    action: flagOrBlock('block'),
    max_characters: v.optional(integer(1)),
    max_texts: v.optional(integer(1)),
  }),
  v.strictObject({
    ...common,
    type: v.literal('regex'),
    applies_to: stages('input', 'output'),
    action: anyAction('block'),
    patterns: v.pipe(v.array(linearRegex), v.minLength(1), v.maxLength(200)),
    /** The name of what is found, in receipts and placeholders. */
    kind: v.optional(v.pipe(text, v.regex(/^[a-z][a-z_]{0,30}$/, 'small letters and _, at most 31')), 'match'),
    restore: v.optional(flag, true),
    /** Characters of a stream that wait for more. */
    stream_window: v.optional(integer(1, 8_192), 256),
  }),
  v.strictObject({
    ...common,
    type: v.literal('json_schema'),
    applies_to: stages('output'),
    action: flagOrBlock('block'),
    /** JSON Schema, draft 2020-12. */
    schema: v.record(text, v.unknown()),
  }),
])

export const guardrailsSchema = v.optional(v.pipe(v.array(guardrail), v.maxLength(64)), [])

/** One guardrail as configured. */
export type GuardrailConfig = v.InferOutput<typeof guardrail>
