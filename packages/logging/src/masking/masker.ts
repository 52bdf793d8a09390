import { knownSecretsPattern } from './known-secrets.ts'
import { maskAssignments } from './mask-assignments.ts'
import { maskPlain } from './mask-value.ts'
import { maskCards, maskEmails } from './personal-data.ts'
import { randomRun, type SecretShape, secretShapes } from './secret-shapes.table.ts'

/** Hides secrets in whatever leaves: logs, errors, audit records, configuration dumps. */
export interface Masker {
  /** The text with its secrets hidden; the text itself when it has none. Masking twice is masking once. */
  readonly mask: (text: string) => string
  /**
   * The same for every string inside a value, and for whatever stands under the name of a secret (`authorization`, `api_key`). Answers plain
   * data: errors with name, message, stack and cause; dates and URLs as their text; cycles and depths over 12 cut.
   */
  readonly maskValue: (value: unknown) => unknown
  /** Adds a secret known by value from now on. Those under 6 characters are too common to hide and are left out. */
  readonly addSecret: (secret: string) => void
}

export interface MaskerOptions {
  /** Secrets known by value, such as the configured provider keys. Those under 6 characters are too common to hide and are left out. */
  readonly secrets?: readonly string[] | undefined
  /** Hides e-mail addresses too. Default: false. */
  readonly emails?: boolean | undefined
  /** Hides card numbers too (those with a right check digit). Default: false. */
  readonly cards?: boolean | undefined
}

const assignmentMarks = ['key', 'token', 'secret', 'passw', 'passphrase', 'authorization', 'cookie', 'credential', 'sig', 'webhook']

function hasMark(lower: string, marks: readonly string[]): boolean {
  return marks.some((mark) => lower.includes(mark))
}

function maskShape(text: string, { pattern, toMasked }: SecretShape): string {
  return text.replace(pattern, toMasked)
}

function maskShapes(text: string): string {
  const lower = text.toLowerCase()
  const shaped = secretShapes.reduce((masked, shape) => (hasMark(lower, shape.marks) ? maskShape(masked, shape) : masked), text)
  const assigned = hasMark(lower, assignmentMarks) ? maskAssignments(shaped) : shaped
  return maskShape(assigned, randomRun)
}

/**
 * Makes a masker. It knows secrets by value in plain, JSON and URL spelling, and by shape the keys of the usual vendors, tokens, PEM keys,
 * URLs with credentials, webhooks and assignments to names of secrets. Linear in the text.
 *
 * @example
 * const masker = createMasker({ secrets: ['hunter2-very-secret'] })
 * masker.mask('key sk-abcdefghijklmnopqrstuvwxyz0123456789') // 'key sk-abc***789'
 */
export function createMasker({ secrets = [], emails = false, cards = false }: MaskerOptions = {}): Masker {
  const values = new Set(secrets)
  let known = knownSecretsPattern(values)
  const mask = (text: string): string => {
    const unknown = maskShapes(known === undefined ? text : text.replace(known, '***'))
    const anonymous = emails ? maskEmails(unknown) : unknown
    return cards ? maskCards(anonymous) : anonymous
  }
  return {
    mask,
    maskValue: (value) => maskPlain(value, mask),
    addSecret: (secret) => {
      values.add(secret)
      known = knownSecretsPattern(values)
    },
  }
}
