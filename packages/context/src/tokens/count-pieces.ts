/** Counting so much of any text takes at most 10 ms. */
const pieceLength = 4_096
/** How far back a better place to cut is looked for. */
const searched = 512

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

/** Before the last space between two words within reach, where vocabularies part tokens; else at `end`, never inside a character. */
function cutPlace(text: string, end: number): number {
  for (let place = end; place > end - searched; place--) {
    if (text.charCodeAt(place) === 0x20 && /\p{L}/u.test(text.charAt(place + 1)) && /\S/.test(text.charAt(place - 1))) return place
  }
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end
}

/** A text in pieces whose tokens add up to its own, or to a few more where it has no words. */
export function* countPieces(text: string): Generator<string> {
  let start = 0
  while (text.length - start > pieceLength) {
    const end = cutPlace(text, start + pieceLength)
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}
