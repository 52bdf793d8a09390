import { knownSecretsPattern } from './known-secrets.ts'
import { keyMarks, maskMarkedKeys } from './marked-keys.table.ts'
import { maskAssignments } from './mask-assignments.ts'
import { maskPlain } from './mask-value.ts'
import { maskCards, maskEmails } from './personal-data.ts'
import { maskRandomRuns } from './random-runs.ts'
import { secretShapes } from './secret-shapes.table.ts'

/** Hides secrets in whatever leaves: logs, errors, audit records, configuration dumps. */
export interface Masker {
  /**
   * The text with its secrets hidden; the text itself when it has none. Masking twice is masking once. What lies beyond 262,144 characters is
   * left out.
   */
  readonly mask: (text: string) => string
  /**
   * The same for every string inside a value, and for whatever stands under the name of a secret (`authorization`, `api_key`). Answers plain
   * data: errors with name, message, stack and cause; dates and URLs as their text; cycles and depths over 12 cut.
   */
  readonly maskValue: (value: unknown) => unknown
  /** Adds a secret known by value from now on. Those under 6 characters are too common to hide and are left out. */
  readonly addSecret: (secret: string) => void
}

/** What a masker hides besides secrets that it knows by shape. */
export interface MaskerOptions {
  /** Secrets known by value, such as the configured provider keys. Those under 6 characters are too common to hide and are left out. */
  readonly secrets?: readonly string[] | undefined
  /** Hides e-mail addresses too. Default: false. */
  readonly emails?: boolean | undefined
  /** Hides card numbers too (those with a right check digit). Default: false. */
  readonly cards?: boolean | undefined
}

/** A text of this length takes up to 40 ms (masker.bench.ts); no text that is logged or answered is near it. */
const longestText = 256 * 1024
/** How far back a text that is cut may end, so that it ends between words and no half of a secret is left. */
const longestWord = 4_096
const cutMark = ' [cut]'

function withinLength(text: string): string {
  if (text.length <= longestText) return text
  let end = longestText / 2
  const earliest = end - longestWord
  while (end > earliest && !/\s/.test(text.charAt(end))) end--
  return text.slice(0, end) + cutMark
}

type Step = (text: string) => string

const assignmentMarks = ['key', 'token', 'secret', 'passw', 'pwd', 'passphrase', 'authorization', 'cookie', 'credential', 'sig', 'webhook']

/** In this order: keys before the places that they may stand in, names after both. */
const markedSteps: readonly { readonly marks: readonly string[]; readonly mask: Step }[] = [
  { marks: keyMarks, mask: maskMarkedKeys },
  ...secretShapes.map(({ marks, pattern, toMasked }) => ({ marks, mask: (text: string) => text.replace(pattern, toMasked) })),
  { marks: assignmentMarks, mask: maskAssignments },
]

/** What is worth trying on a text; masking adds no marks, so this is asked once. */
function stepsFor(text: string): readonly Step[] {
  const lower = text.toLowerCase()
  return markedSteps.filter(({ marks }) => marks.some((mark) => lower.includes(mark))).map(({ mask }) => mask)
}

/** One repetition that still changed something has been seen, in a text made for it; the rest is margin. */
const maxRounds = 4

/**
 * Masks until nothing changes: what one step hides can uncover something for another (a URL with credentials, once a slash within is gone). Nearly
 * always the first repetition finds nothing more.
 */
function settle(text: string, steps: readonly Step[]): string {
  let before = text
  for (let round = 0; round < maxRounds; round++) {
    const after = steps.reduce((masked, step) => step(masked), before)
    if (after === before) break
    before = after
  }
  return before
}

/**
 * Makes a masker. It knows secrets by value in plain, JSON and URL spelling, and by shape the keys of the usual vendors, tokens, PEM keys,
 * URLs with credentials, webhooks and assignments to names of secrets. A key without a mark that stands alone (Mistral, Cohere, AWS secrets) is
 * recognised when it looks drawn by chance, as all but a few do; one in hexadecimal (Azure) only by name or value. Linear in the text.
 *
 * @example
 * const masker = createMasker({ secrets: ['hunter2-very-secret'] })
 * masker.mask('key sk-abcdefghijklmnopqrstuvwxyz0123456789') // 'key sk-abc***789'
 */
export function createMasker({ secrets = [], emails = false, cards = false }: MaskerOptions = {}): Masker {
  const values = new Set(secrets)
  let known = knownSecretsPattern(values)
  const hideKnown: Step = (text) => (known === undefined ? text : text.replace(known, '***'))
  const personal = [...(emails ? [maskEmails] : []), ...(cards ? [maskCards] : [])]
  const mask = (given: string): string => {
    const text = withinLength(given)
    return settle(text, [hideKnown, ...stepsFor(text), maskRandomRuns, ...personal])
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
