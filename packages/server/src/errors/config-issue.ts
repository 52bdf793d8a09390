import type * as v from 'valibot'

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
  /** What stands there; only its type where it may be a secret. */
  readonly found: string
  readonly allowed: string
}

const secretKey = /key|secret|token|password|credentials|url|authorization|headers/i

/** The fewest single-letter changes between two words, counted up to three. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function closest(word: string, words: readonly string[]): string | undefined {
  return words
    .map((candidate) => ({ candidate, far: distance(word, candidate) }))
    .filter(({ far }) => far <= 3)
    .sort((a, b) => a.far - b.far)[0]?.candidate
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}

function describe(value: unknown, path: readonly (string | number)[]): string {
  const hidden = path.some((step) => typeof step === 'string' && secretKey.test(step))
  if (hidden || (typeof value === 'object' && value !== null) || value === null) return typeName(value)
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
}

function pathOf(issue: v.BaseIssue<unknown>): readonly (string | number)[] {
  return (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)))
}

/** What the schema that refused says of a path. */
export interface SchemaView {
  /** The keys that a strict object knows. */
  readonly keysAt: (path: readonly (string | number)[]) => readonly string[]
  /** What belongs there, in words. */
  readonly expectedAt: (path: readonly (string | number)[]) => string | undefined
}

function unknownKey(path: readonly (string | number)[], { keysAt }: SchemaView): ConfigIssue {
  const keys = keysAt(path.slice(0, -1))
  const key = String(path.at(-1))
  const near = closest(key, keys)
  return {
    path,
    message: `unknown key${near === undefined ? '' : `; did you mean "${near}"?`}`,
    found: key.slice(0, 60),
    allowed: [...keys].sort().join(', '),
  }
}

function allowedOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'check' || issue.type === 'regex') return issue.message
  if (issue.type === 'min_value') return `at least ${String(issue.requirement)}`
  if (issue.type === 'max_value') return `at most ${String(issue.requirement)}`
  if (issue.type === 'min_length') return `at least ${String(issue.requirement)} entries`
  if (issue.type === 'integer') return 'a whole number'
  return issue.expected ?? 'another value'
}

export function toConfigIssue(issue: v.BaseIssue<unknown>, view: SchemaView): ConfigIssue {
  const path = pathOf(issue)
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKey(path, view)
  if (issue.input === undefined) return { path, message: 'is missing', found: 'nothing', allowed: view.expectedAt(path) ?? 'a value' }
  return { path, message: 'has a wrong value', found: describe(issue.input, path), allowed: allowedOf(issue) }
}

/** `providers[0].base_url` */
export function renderPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '')
}

/** One issue in one line. */
export function renderIssue(issue: ConfigIssue): string {
  return `${renderPath(issue.path) || 'the configuration'}: ${issue.message} (found ${issue.found}; allowed: ${issue.allowed})`
}
