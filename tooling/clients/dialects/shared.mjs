/** The text of a content that is a text or a list of parts. */
export function textOf(content) {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('')
}

/** Arguments of an earlier call have to be a JSON object. */
export function parseArguments(text) {
  const value = JSON.parse(text === '' ? '{}' : text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('arguments are not an object')
  return value
}

/** Whether the instructions ask for JSON in words, as libraries do for models without a mode for it. */
export function speaksOfJson(...parts) {
  return /\bJSON\b/.test(JSON.stringify(parts))
}
