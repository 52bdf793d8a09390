import { type AssignmentHead, isProseThroughout, isSecretValue, readAssignedValue, readsRestOfLine } from './assignment-value.ts'

/*
 * Secrets that only their name gives away: `api_key=…`, `api-key: …`, `"token":"…"`, in plain text, in JSON, in JSON inside JSON and
 * percent-encoded. A head (name, separator, opening quote) is found by one pattern; the value is read from there to the matching close and the
 * search goes on behind it, so each character is read a bounded number of times. The values of a list are all taken. A value that is no secret
 * is searched for further heads; where it is prose up to the end of its line, their values end with it and are not read again.
 */
const names = [
  'api[ _-]?keys?(?: provided)?',
  '(?:subscription|account|access|shared|private|secret|routing|integration|encryption|signing|master)[_-]?key',
  'token|secret|password|passwd|pwd|passphrase|authorization|cookie|credentials?|signature|webhook[_-]?url',
  '[?&](?:key|sig)',
].join('|')
const gap = String.raw`(?:\s|%20|\+){0,4}`
const quote = String.raw`""|\\{0,8}["'\x60]|%22|%27`
const separator = `${gap}(?:=>|[:=]|%3A|%3D)${gap}`
const list = String.raw`(\[\s{0,4})?`
const scheme = String.raw`(?:(?:bearer|basic|token|apikey|digest|negotiate)(?:\s|%20|\+){1,4})?`
const headPattern = `([_-]?)(${names})[_-]?(${quote})?(${separator})${list}(${quote})?${scheme}`

const nextOfList = /\\{0,8}["'`]\s{0,4},\s{0,4}\\{0,8}["'`]/y

const heads = new RegExp(headPattern, 'gi')

/** Where the next value of a list begins behind the one that ends at `end`; `undefined` behind the last. */
function nextStart(text: string, end: number): number | undefined {
  nextOfList.lastIndex = end
  return nextOfList.test(text) ? nextOfList.lastIndex : undefined
}

/** Two quotes open a value where the name has two as well, as in a field of CSV; elsewhere they are a value of nothing. */
function isOfNothing(found: RegExpExecArray): boolean {
  return found[6] === '""' && found[3] !== '""'
}

function toHead(found: RegExpExecArray): AssignmentHead {
  const quote = isOfNothing(found) ? '"' : (found[6] ?? '')
  return { joined: found[1] !== '', name: found[2] ?? '', separator: found[4] ?? '', quote }
}

/** Hides the values of assignments to names of secrets. */
export function maskAssignments(text: string): string {
  const pieces: string[] = []
  let copied = 0
  let harmlessUntil = 0
  const hide = (head: AssignmentHead, start: number): number => {
    if (start < harmlessUntil && readsRestOfLine(head)) return start
    const value = readAssignedValue(head, text, start)
    const end = start + value.length
    if (!isSecretValue(head, value)) {
      if (isProseThroughout(head, value)) harmlessUntil = end
      return end
    }
    pieces.push(text.slice(copied, start))
    copied = end
    heads.lastIndex = end
    return end
  }
  heads.lastIndex = 0
  for (let found = heads.exec(text); found !== null; found = heads.exec(text)) {
    const head = toHead(found)
    let end = hide(head, heads.lastIndex - (isOfNothing(found) ? 1 : 0))
    if (found[5] === undefined || head.quote === '') continue
    for (let next = nextStart(text, end); next !== undefined; next = nextStart(text, end)) end = hide(head, next)
  }
  return copied === 0 ? text : [...pieces, text.slice(copied)].join('***MASKED***')
}
