/*
 * Most events of a stream differ from the one before only inside one string literal, the text. Once such an event has
 * been parsed, the next is known to be valid, and its text known, when the bytes around that literal are the same and
 * what stands between them is one JSON string body. Invariant: `matchTemplate` accepts nothing that JSON.parse would
 * refuse, and reads the same text. Cost: three native string operations instead of a parse.
 */
export interface TextTemplate {
  readonly prefix: string
  readonly suffix: string
}

// Any of these ends or changes a JSON string literal, so that the text is not what stands in the bytes.
const special = /["\\\u0000-\u001f]/

/** A template from an event that was parsed and whose one text under `name` is `text`; `undefined` when the literal can't be told apart. */
export function toTemplate(data: string, text: string, name: string): TextTemplate | undefined {
  const key = [`"${name}":"`, `"${name}": "`].find((candidate) => data.includes(candidate))
  if (key === undefined || text === '' || special.test(text)) return undefined
  const start = data.indexOf(key) + key.length
  const end = start + text.length
  // Unique key and the parsed text right behind it: this is the literal that was parsed.
  if (data.indexOf(key, start) !== -1 || data.charCodeAt(end) !== 0x22 || !data.startsWith(text, start)) return undefined
  return { prefix: data.slice(0, start), suffix: data.slice(end) }
}

function literalText(body: string): string | undefined {
  if (!special.test(body)) return body
  try {
    const parsed: unknown = JSON.parse(`"${body}"`)
    return typeof parsed === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The text of an event that fits the template; `undefined` when it must be parsed. */
export function matchTemplate(template: TextTemplate, data: string): string | undefined {
  const end = data.length - template.suffix.length
  if (end < template.prefix.length || !data.startsWith(template.prefix) || !data.endsWith(template.suffix)) return undefined
  return literalText(data.slice(template.prefix.length, end))
}
