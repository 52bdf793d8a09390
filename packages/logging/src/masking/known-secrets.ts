/** Shorter secrets are too common to hide wherever they occur. */
const shortestSecret = 6

function percentEncoded(secret: string): string {
  return encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd')) // half a character can't be encoded
}

/** The secret inside JSON: once, with the slash that some encoders escape, in the ASCII of others, and as JSON inside JSON. */
function jsonForms(secret: string): readonly string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  const ascii = once.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [once, once.replaceAll('/', '\\/'), ascii, JSON.stringify(once).slice(1, -1)]
}

function urlForms(secret: string): readonly string[] {
  const upper = percentEncoded(secret)
  const strict = upper.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return [upper, strict, upper.replaceAll('%20', '+')].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ])
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/**
 * One pattern over secrets known by value, in every spelling in which they travel: as they are, in JSON, in a URL. `undefined` when
 * there is none of at least six characters.
 */
export function knownSecretsPattern(secrets: Iterable<string>): RegExp | undefined {
  const spellings = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue
    for (const form of [secret, secret.replaceAll('"', '""'), ...jsonForms(secret), ...urlForms(secret)]) spellings.add(form)
  }
  if (spellings.size === 0) return undefined
  // Descending order puts a longer secret before its own beginning, and beginnings in common next to each other, which the engine shares.
  const ordered = [...spellings].sort((a, b) => (a < b ? 1 : -1))
  return new RegExp(ordered.map(escapePattern).join('|'), 'g')
}
