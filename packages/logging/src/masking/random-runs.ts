/*
 * Keys without a mark: Mistral and Azure draw 32 letters and digits, Cohere 40, AWS secrets 40 of base64. Only a run of exactly that length
 * that looks drawn by chance is taken; hexadecimal ones look like trace ids and are left to names and known values. A run of 32
 * covers a place divisible by 32, so only every 32nd character is looked at, and what belongs to it on either side.
 */
const shortestRun = 32
const lengths: readonly number[] = [32, 40]

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

/** Chance mixes capitals, small letters and digits all the time; identifiers and paths do so a word at a time. */
function looksDrawn(run: string): boolean {
  if (!/\d/.test(run) || !/[a-z]/.test(run) || !/[A-Z]/.test(run)) return false
  const changes = run.match(/[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g)?.length ?? 0
  return changes * 3 >= run.length
}

function isKey(text: string, start: number, end: number): boolean {
  if (!lengths.includes(end - start) || /[_-]/.test(text.charAt(start - 1)) || /[_=-]/.test(text.charAt(end))) return false
  const run = text.slice(start, end)
  return (run.length === 40 || !/[/+]/.test(run)) && looksDrawn(run)
}

/** Hides runs of characters that look like the keys of vendors who don't mark theirs. */
export function maskRandomRuns(text: string): string {
  let masked = ''
  let copied = 0
  for (let place = shortestRun - 1; place < text.length; place += shortestRun) {
    if (!isRunCharacter(text.charCodeAt(place))) continue
    const run = runStart(text, place)
    const start = run + escapeLength(text, run)
    const end = runEnd(text, place)
    if (isKey(text, start, end)) {
      masked += `${text.slice(copied, start)}***`
      copied = end
    }
    place = end - 1 // the next run of 32 that begins behind `end` covers `end - 1 + 32` or is found there
  }
  return masked + text.slice(copied)
}
