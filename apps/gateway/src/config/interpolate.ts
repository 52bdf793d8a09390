/** What a configuration may refer to. */
export interface References {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
}

/** The text with its references replaced, and whether it had any; or what is wrong with one of them. */
export type Interpolated = { readonly text: string; readonly isReference: boolean } | { readonly problem: string }

/** Defaults within defaults, `${A:-${B:-c}}`, go so deep. */
const maxDepth = 8
/** Credentials and certificates are shorter than this. */
const maxFileCharacters = 64 * 1024

/** Where the reference that opens at `open` closes; -1 where it never does. One pass, whatever it holds. */
function closeOf(text: string, open: number): number {
  let depth = 0
  for (let index = open; index < text.length; index++) {
    if (text.startsWith('${', index)) {
      depth++
      index++
    } else if (text.charAt(index) === '}' && --depth === 0) return index
  }
  return -1
}

/** Replaces each `${…}`, with the `$` before it if there is one. Linear: what is never closed is looked at once. */
function replaceReferences(text: string, resolve: (match: string, expression: string) => string): string {
  let replaced = ''
  let copied = 0
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', copied)) {
    const close = closeOf(text, open)
    if (close === -1) break
    const start = open > copied && text.charAt(open - 1) === '$' ? open - 1 : open
    replaced += text.slice(copied, start) + resolve(text.slice(start, close + 1), text.slice(open + 2, close))
    copied = close + 1
  }
  return replaced + text.slice(copied)
}

function readReferencedFile(path: string, { readFile }: References): Interpolated {
  const shown = path.slice(0, 200)
  let text: string
  try {
    text = readFile(path)
  } catch {
    return { problem: `refers to the file ${shown}, which can't be read` }
  }
  if (text.length > maxFileCharacters)
    return { problem: `refers to the file ${shown}, which is larger than ${maxFileCharacters / 1024} KiB` }
  return { text: text.replace(/\r?\n$/, ''), isReference: true }
}

function resolveReference(expression: string, references: References, depth: number): Interpolated {
  if (expression.startsWith('file:')) return readReferencedFile(expression.slice('file:'.length), references)
  const end = expression.indexOf(':-')
  const name = end === -1 ? expression : expression.slice(0, end)
  const value = references.env[name]
  if (value !== undefined && value !== '') return { text: value, isReference: true }
  if (end !== -1) return interpolateAt(expression.slice(end + ':-'.length), references, depth + 1)
  return { problem: `refers to the environment variable ${name.slice(0, 200)}, which is not set` }
}

function interpolateAt(text: string, references: References, depth: number): Interpolated {
  if (depth > maxDepth) return { problem: `has defaults within defaults, deeper than ${maxDepth}` }
  let problem: string | undefined
  let isReference = false
  const replaced = replaceReferences(text, (match, expression) => {
    if (match.startsWith('$$')) return match.slice(1)
    const value = resolveReference(expression, references, depth)
    isReference = true
    if ('text' in value) return value.text
    problem ??= value.problem
    return ''
  })
  return problem === undefined ? { text: replaced, isReference } : { problem }
}

/**
 * Replaces `${ENV}`, `${ENV:-default}` and `${file:/path}`; a default may hold references again, and `$${…}` stands for itself.
 * Tells the first thing that is wrong.
 */
export function interpolate(text: string, references: References): Interpolated {
  return interpolateAt(text, references, 0)
}
