/*
 * Keys without a mark: Mistral and Azure draw 32 letters and digits, Cohere 40, AWS secrets 40 of base64. Only a run of exactly that length,
 * or such a piece of one between slashes, that looks drawn by chance is taken; hexadecimal ones look like trace ids and are left to names and known values. A run of 32
 * covers a place divisible by 32, so only every 32nd character is looked at, and what belongs to it on either side.
 */
const shortestRun = 32
const lengths: readonly number[] = [32, 40]
const slash = 0x2f

function isRunCharacter(code: number): boolean {
  const letter = code | 0x20
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x2f && code <= 0x39) || code === 0x2b // a-z, A-Z, / and 0-9, +
}

function runStart(text: string, place: number): number {
  let start = place
  while (start > 0 && isRunCharacter(text.charCodeAt(start - 1))) start--
  return start
}

function runEnd(text: string, place: number): number {
  let end = place + 1
  while (end < text.length && isRunCharacter(text.charCodeAt(end))) end++
  return end
}

/** How much of a run's beginning belongs to an escape before it: `%3D`, `\n`. */
function escapeLength(text: string, start: number): number {
  const before = text[start - 1]
  if (before === '%') return 2
  return before === '\\' && /[nrtbf]/.test(text.charAt(start)) ? 1 : 0
}

/** 1 a small letter, 2 a capital, 4 a digit, 0 something else. */
function kindOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return 1
  if (code >= 0x41 && code <= 0x5a) return 2
  return code >= 0x30 && code <= 0x39 ? 4 : 0
}

/** Chance mixes capitals, small letters and digits all the time; identifiers and paths do so a word at a time. */
function looksDrawn(run: string): boolean {
  let kinds = 0
  let changes = 0
  for (let place = 0, before = 0; place < run.length; place++) {
    const kind = kindOf(run.charCodeAt(place))
    if (before !== 0 && before !== kind) changes++
    kinds |= kind
    before = kind
  }
  return kinds === 7 && changes * 3 >= run.length
}

function isKey(text: string, start: number, end: number): boolean {
  if (!lengths.includes(end - start) || /[_-]/.test(text.charAt(start - 1)) || /[_=-]/.test(text.charAt(end))) return false
  const run = text.slice(start, end)
  return (run.length === 40 || !/[/+]/.test(run)) && looksDrawn(run)
}

/** Where keys are within a run: all of it, or pieces of it between slashes, as in the path of a URL. */
function keysWithin(text: string, start: number, end: number): readonly (readonly [start: number, end: number])[] {
  if (isKey(text, start, end)) return [[start, end]]
  if (end - start <= shortestRun) return []
  const keys: (readonly [number, number])[] = []
  let from = start
  for (let to = start; to <= end; to++) {
    if (to < end && text.charCodeAt(to) !== slash) continue
    if (isKey(text, from, to)) keys.push([from, to])
    from = to + 1
  }
  return keys
}

/** Hides runs of characters that look like the keys of vendors who don't mark theirs. */
export function maskRandomRuns(text: string): string {
  let masked = ''
  let copied = 0
  for (let place = shortestRun - 1; place < text.length; place += shortestRun) {
    if (!isRunCharacter(text.charCodeAt(place))) continue
    const run = runStart(text, place)
    const end = runEnd(text, place)
    for (const [from, to] of keysWithin(text, run + escapeLength(text, run), end)) {
      masked += `${text.slice(copied, from)}***`
      copied = to
    }
    place = end - 1 // the next run of 32 that begins behind `end` covers `end - 1 + 32` or is found there
  }
  return masked + text.slice(copied)
}
