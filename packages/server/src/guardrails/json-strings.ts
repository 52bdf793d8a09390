/*
 * Maps the strings of a JSON text and leaves every other byte of it as it is: numbers keep their digits, and a text that was cut off keeps its form.
 * Keys are strings too. A long number may be a card or an account: it is offered as a text, and written as a string where it was changed.
 */

/** A number of seven digits or more, without fraction and exponent. */
const longNumber = /(?<![\w.+-])-?\d{7,40}(?![\d.eE])/g

/** Where the string that begins with a quotation mark at `start` ends, the closing mark included. */
function stringEnd(json: string, start: number): number {
  let end = start + 1
  while (end < json.length && json.charAt(end) !== '"') end += json.charAt(end) === '\\' ? 2 : 1
  return Math.min(json.length, end + 1)
}

function mapString(quoted: string, map: (text: string) => string): string {
  let text: unknown
  try {
    text = JSON.parse(quoted)
  } catch {
    return quoted // a broken escape: whoever reads it will refuse it
  }
  if (typeof text !== 'string') return quoted
  const mapped = map(text)
  return mapped === text ? quoted : JSON.stringify(mapped)
}

/** Between strings there are names of values, signs and numbers. */
function mapNumbers(between: string, map: (text: string) => string): string {
  return between.replace(longNumber, (digits) => {
    const mapped = map(digits)
    return mapped === digits ? digits : JSON.stringify(mapped)
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** `map` over the strings of a JSON text; over the text as it is when it is not JSON, as the arguments of a call that was cut off. */
export function mapJsonStrings(text: string, map: (text: string) => string): string {
  if (!isJson(text)) return map(text)
  let mapped = ''
  let copied = 0
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', copied)) {
    const end = stringEnd(text, start)
    mapped += mapNumbers(text.slice(copied, start), map) + mapString(text.slice(start, end), map)
    copied = end
  }
  return mapped + mapNumbers(text.slice(copied), map)
}

/** `map` over every string below a value, keys left alone; the value itself when none changed. */
export function mapStrings<Value>(value: Value, map: (text: string) => string): Value {
  if (typeof value === 'string') return map(value) as Value // a string for a string
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const mapped = value.map((item: unknown) => mapStrings(item, map))
    return mapped.some((item, index) => item !== value[index]) ? (mapped as Value) : value // the same list with other texts
  }
  const entries = Object.entries(value).map(([name, item]: [string, unknown]) => [name, mapStrings(item, map)] as const)
  const isSame = entries.every(([name, item]) => item === (value as Readonly<Record<string, unknown>>)[name])
  return isSame ? value : (Object.fromEntries(entries) as Value) // the same record with other texts
}
