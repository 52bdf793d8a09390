/** What a configuration may refer to. */
export interface References {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
}

export type Interpolated = { readonly text: string } | { readonly missing: string }

/** Replaces each `${…}`, with the `$` before it if there is one. Linear: what is never closed is looked at once. */
function replaceReferences(text: string, resolve: (match: string, expression: string) => string): string {
  let replaced = ''
  let copied = 0
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', copied)) {
    const close = text.indexOf('}', open)
    if (close === -1) break
    const start = open > copied && text.charAt(open - 1) === '$' ? open - 1 : open
    replaced += text.slice(copied, start) + resolve(text.slice(start, close + 1), text.slice(open + 2, close))
    copied = close + 1
  }
  return replaced + text.slice(copied)
}

function resolveReference(expression: string, { env, readFile }: References): Interpolated {
  if (expression.startsWith('file:')) {
    const path = expression.slice('file:'.length)
    try {
      return { text: readFile(path).replace(/\r?\n$/, '') }
    } catch {
      return { missing: `the file ${path}` }
    }
  }
  const [name = '', ...rest] = expression.split(':-')
  const value = env[name]
  if (value !== undefined && value !== '') return { text: value }
  return rest.length > 0 ? { text: rest.join(':-') } : { missing: `the environment variable ${name}` }
}

/** Replaces `${ENV}`, `${ENV:-default}` and `${file:/path}`; `$${…}` stands for itself. Tells the first thing that is missing. */
export function interpolate(text: string, references: References): Interpolated {
  let missing: string | undefined
  const replaced = replaceReferences(text, (match, expression) => {
    if (match.startsWith('$$')) return match.slice(1)
    const value = resolveReference(expression, references)
    if ('text' in value) return value.text
    missing ??= value.missing
    return ''
  })
  return missing === undefined ? { text: replaced } : { missing }
}
