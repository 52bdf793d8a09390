/*
 * Secrets that only their name gives away: `api_key=…`, `api-key: …`, `"token":"…"`, in plain text, in JSON, in JSON inside JSON and
 * percent-encoded. A head (name, separator, opening quote) is found by one pattern; the value is read from there to the matching
 * close and the search goes on behind it, so each character is read a bounded number of times.
 */
const names = [
  String.raw`api[ _-]?keys?(?: provided)?`,
  String.raw`(?:subscription|account|access|shared|shared-?access|private|secret|routing|integration|encryption|signing|master)[_-]?key`,
  'token|secret|password|passwd|passphrase|authorization|cookie|credentials?|signature',
  String.raw`[?&](?:key|sig)`,
].join('|')
const gap = String.raw`(?:\s|%20){0,4}`
const quote = String.raw`\\{0,8}["'\x60]|%22|%27`
const scheme = String.raw`(?:(?:bearer|basic|token|apikey|digest|negotiate)(?:\s|%20|\+){1,4})?`
const headPattern = String.raw`([_-]?)(${names})[_-]?(?:${quote})?(${gap}(?:=>|[:=]|%3A|%3D)${gap})(${quote})?${scheme}`

const bare = /[^\s"'`,;&<>()[\]{}|\\]*/y
const bareEncoded = /(?:(?!%(?:26|20|22|27|2C|0A|0D|7D|3B))[^\s"'`,;&<>()[\]{}|\\])*/iy
const restOfLine = /[^\r\n"'`\\]*/y
const inDoubleQuotes = /(?:[^"\\\r\n]|\\[^\r\n])*/y
const inSingleQuotes = /(?:[^'\\\r\n]|\\[^\r\n])*/y
const inBackticks = /(?:[^`\\\r\n]|\\[^\r\n])*/y

/** What the patterns said of one find. */
interface Head {
  readonly joined: boolean
  readonly name: string
  readonly separator: string
  readonly quote: string
}

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

function readValue(head: Head, text: string, start: number): string {
  switch (head.quote) {
    case '':
      if (/cookie/i.test(head.name)) return readWith(restOfLine, text, start)
      return readWith(head.separator.includes('%3') ? bareEncoded : bare, text, start)
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

const placeholder = /^(?:null|true|false|undefined|none|nil|\$\{.*\}|[\w.:/+-]{0,16}\*{3}[\w-]{0,3}|\*{3}[A-Z ]+\*{3})$/i
/** In prose a colon follows these too: "token: expected a string". */
const proseName = /^(?:api keys?(?: provided)?|token|secret|authorization|cookie|credentials?|signature)$/i

function isProse({ joined, name, separator, quote: open }: Head): boolean {
  return open === '' && !joined && proseName.test(name) && /^\s*:\s/.test(separator)
}

function isSecretValue(head: Head, value: string): boolean {
  if (value.length < 4 || placeholder.test(value)) return false
  if (head.quote === '' && /^\d+$/.test(value)) return false // a number, such as a count of tokens
  if (/^passw|^passphrase/i.test(head.name) && head.quote === '' && !head.separator.includes('=')) return value.length >= 6
  return isProse(head) ? value.length >= 6 && /\d|[a-z][A-Z]/.test(value) : true
}

/** Hides the values of assignments to names of secrets. */
export function maskAssignments(text: string): string {
  const heads = new RegExp(headPattern, 'gi')
  let masked = ''
  let copied = 0
  for (let found = heads.exec(text); found !== null; found = heads.exec(text)) {
    const head = { joined: found[1] !== '', name: found[2] ?? '', separator: found[3] ?? '', quote: found[4] ?? '' }
    const start = heads.lastIndex
    const value = readValue(head, text, start)
    if (!isSecretValue(head, value)) continue
    masked += `${text.slice(copied, start)}***MASKED***`
    copied = start + value.length
    heads.lastIndex = copied
  }
  return masked + text.slice(copied)
}
