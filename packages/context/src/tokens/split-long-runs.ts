/*
 * Byte-pair encoding of one unbroken run is quadratic in every library: 100,000 letters without a space hold the event loop
 * for 5.8 s (TOOLCHAIN, gpt-tokenizer 4.0.0), 100,000 spaces likewise. So runs of white space and of anything else are cut at
 * 512 characters, never inside a surrogate pair. Text without such runs comes back whole; a cut changes the count by at
 * most a token or two. Linear: one look at each character.
 */
const longestRun = 512

/** JavaScript's `\s`, by number: a regular expression a character would be slow. */
function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d)
  return code === 0xa0 || (code >= 0x1680 && isWideSpace(code))
}

function isWideSpace(code: number): boolean {
  if (code === 0x1680 || code === 0x3000 || code === 0xfeff) return true
  return (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}

/** The text in pieces that can be counted one by one in linear time; joined, they are the text. */
export function splitLongRuns(text: string): readonly string[] {
  if (text.length <= longestRun) return [text]
  const pieces: string[] = []
  let pieceStart = 0
  let runStart = 0
  let inSpace = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isSpace(code) !== inSpace) {
      inSpace = !inSpace
      runStart = index
    } else if (index - runStart >= longestRun && !isLowSurrogate(code)) {
      pieces.push(text.slice(pieceStart, index))
      pieceStart = index
      runStart = index
    }
  }
  pieces.push(text.slice(pieceStart))
  return pieces
}
