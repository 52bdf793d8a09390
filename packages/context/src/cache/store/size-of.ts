/*
 * How much memory a value takes in V8, as an upper estimate for JSON-like values: a string costs its characters (two
 * bytes each once one of them is beyond Latin-1) and a header, an object its properties and a header. Exact figures
 * differ by engine; the benchmark compares the sum with the heap. One loop, with a call for each object.
 */
const headerBytes = 24
const fieldBytes = 16

/** One character beyond Latin-1 makes the whole string wide. In a narrow string the engine knows that nothing can match. */
const wideCharacter = /[^\u0000-\u00ff]/

/** Bytes of an object or an array itself; what it holds is added to `waiting`. */
function sizeOfObject(value: object, waiting: unknown[]): number {
  if (ArrayBuffer.isView(value)) return 4 * headerBytes + value.byteLength
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) waiting.push(value[index])
    return 2 * headerBytes + 8 * value.length
  }
  const before = waiting.length
  for (const key in value) waiting.push((value as Readonly<Record<string, unknown>>)[key])
  return 2 * headerBytes + fieldBytes * (waiting.length - before)
}

/** Bytes that a JSON-like value, byte arrays included, takes in memory: an upper estimate. */
export function sizeOf(value: unknown): number {
  let bytes = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string') bytes += headerBytes + (wideCharacter.test(next) ? next.length * 2 : next.length)
    else if (typeof next === 'object' && next !== null) bytes += sizeOfObject(next, waiting)
    else bytes += 8
  }
  return bytes
}

/**
 * What an answer takes in memory for each byte of the body it was read from: the body itself, its texts (a UTF-8 byte becomes
 * two bytes at most), and fields, whose objects take no more than their names and punctuation in the body.
 */
const bytesPerBodyByte = 3
/** Headers and hidden classes of a small answer, which has few texts. */
const answerOverheadBytes = 1024

/** The body that an answer was read from, where it still has it. */
interface ReadAnswer {
  readonly raw?: { readonly bytes?: unknown } | undefined
}

/** Like `sizeOf`; of an answer that still has the bytes it was read from (`raw.bytes`), their number says it without a look inside. */
export function sizeOfAnswer(value: unknown): number {
  if (typeof value === 'object' && value !== null) {
    const bytes = (value as ReadAnswer).raw?.bytes
    if (ArrayBuffer.isView(bytes)) return answerOverheadBytes + bytes.byteLength * bytesPerBodyByte
  }
  return sizeOf(value)
}
