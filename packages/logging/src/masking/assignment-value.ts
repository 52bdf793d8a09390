/** What stands before the value of an assignment to a name of a secret. */
export interface AssignmentHead {
  /** The name itself, such as `token`, and whether it is the end of a longer one (`access_token`). */
  readonly name: string
  readonly joined: boolean
  readonly separator: string
  /** The opening quote as it is spelled, backslashes included; '' when there is none. */
  readonly quote: string
}

/** A slash may be escaped, as some encoders of JSON do. */
const bare = /[^\s"'`,;&<>()[\]{}|\\]*(?:\\{1,8}\/[^\s"'`,;&<>()[\]{}|\\]*)*/y
const bareEncoded = /(?:(?!%(?:26|20|22|27|2C|0A|0D|7D|3B))[^\s"'`,;&<>()[\]{}|\\])*/iy
const restOfLine = /[^\r\n"'`\\]*/y
const inDoubleQuotes = /(?:[^"\\\r\n]|\\[^\r\n])*/y
const inSingleQuotes = /(?:[^'\\\r\n]|\\[^\r\n])*/y
const inBackticks = /(?:[^`\\\r\n]|\\[^\r\n])*/y

/** How far an escaped closing quote is looked for. */
const longestValue = 8_192

function readWith(pattern: RegExp, text: string, start: number): string {
  pattern.lastIndex = start
  return pattern.exec(text)?.[0] ?? ''
}

/** Up to a closing quote that is spelled as the opening one and is not escaped itself. */
function readUntil(close: string, text: string, start: number): string {
  const reach = text.slice(start, start + longestValue)
  let end = reach.indexOf(close)
  while (end > 0 && close.startsWith('\\') && reach[end - 1] === '\\') end = reach.indexOf(close, end + close.length)
  return end < 0 ? readWith(bare, text, start) : reach.slice(0, end)
}

/** The value of a cookie header has spaces and semicolons. */
function isCookie(name: string): boolean {
  return /cookie/i.test(name)
}

function readBare({ name, separator }: AssignmentHead, text: string, start: number): string {
  if (isCookie(name)) return readWith(restOfLine, text, start)
  const value = readWith(separator.includes('%3') ? bareEncoded : bare, text, start)
  return value.replace(/[.!?]{1,3}$/, '') // the end of a sentence
}

/** The value that begins at `start`, up to its closing quote or, without quotes, to where a value can't go on. */
export function readAssignedValue(head: AssignmentHead, text: string, start: number): string {
  switch (head.quote) {
    case '':
      return readBare(head, text, start)
    case '"':
      return readWith(inDoubleQuotes, text, start)
    case "'":
      return readWith(inSingleQuotes, text, start)
    case '`':
      return readWith(inBackticks, text, start)
    default:
      return readUntil(head.quote, text, start)
  }
}

/** No placeholder is longer than this. */
const longestPlaceholder = 264

/** A reference to a variable, as configurations have it. */
function isReference(value: string): boolean {
  return value.length <= longestPlaceholder && value.startsWith('${') && value.endsWith('}')
}

const placeholder = /^(?:null|true|false|undefined|none|nil|(?:sk-[\w-]{0,11}|[\w.-]{4,6})?\*{3}[\w-]{0,3}|\*{3}[A-Z ]+\*{3})$/i
/** As many digits as a number of JavaScript holds exactly; longer ones are keys. */
const plainNumber = /^-?\d{1,15}(?:\.\d{1,15})?$/
/** A number under these names is no count. */
const digitName = /passw|pwd|passphrase|key/i
/** In prose a colon follows these too: "token: expected a string". */
const proseName = /^(?:api keys?(?: provided)?|token|secret|authorization|cookie|credentials?|signature)$/i

function isProse({ joined, name, separator, quote }: AssignmentHead): boolean {
  return quote === '' && !joined && proseName.test(name) && /^\s*:\s/.test(separator)
}

/** Whether an assigned value can be a secret: not a placeholder, a number (of tokens, say) or the next word of a sentence. */
export function isSecretValue(head: AssignmentHead, value: string): boolean {
  if (value.length < 4 || value === '***MASKED***' || placeholder.test(value) || isReference(value)) return false
  if (head.quote === '' && plainNumber.test(value) && !digitName.test(head.name)) return false
  return isProse(head) ? value.length >= 6 && /\d|[a-z][A-Z]|=/.test(value) : true
}

/** Whether the value of a head in prose is the rest of its line, as that of `cookie: …` is. */
export function readsRestOfLine(head: AssignmentHead): boolean {
  return head.quote === '' && isCookie(head.name) && isProse(head)
}

/**
 * Whether no part of a value that is no secret is one either: only words that look like a sentence are so at any length, and they have
 * nothing of what tells a secret from words.
 */
export function isProseThroughout(head: AssignmentHead, value: string): boolean {
  return value.length > longestPlaceholder && readsRestOfLine(head)
}
