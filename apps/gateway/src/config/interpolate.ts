/** What a configuration may refer to. */
export interface References {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
}

export type Interpolated = { readonly text: string } | { readonly missing: string }

const reference = /\$?\$\{([^}]*)\}/g

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
  const replaced = text.replace(reference, (match, expression: string) => {
    if (match.startsWith('$$')) return match.slice(1)
    const value = resolveReference(expression, references)
    if ('text' in value) return value.text
    missing ??= value.missing
    return ''
  })
  return missing === undefined ? { text: replaced } : { missing }
}
