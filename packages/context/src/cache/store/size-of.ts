/*
 * How much memory a value takes in V8, as an upper estimate for JSON-like values: a string costs its characters (two
 * bytes each once one of them is beyond Latin-1) and a header, an object its properties and a header. Exact figures
 * differ by engine; the benchmark compares the sum with the heap.
 */
const headerBytes = 24
const fieldBytes = 16

/** One character beyond Latin-1 makes the whole string wide. In a narrow string the engine knows that nothing can match. */
const wideCharacter = /[^\u0000-\u00ff]/

function sizeOfString(text: string): number {
  return headerBytes + (wideCharacter.test(text) ? text.length * 2 : text.length)
}

/** Bytes that a JSON-like value, byte arrays included, takes in memory: an upper estimate. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return sizeOfString(value)
  if (typeof value !== 'object' || value === null) return 8
  if (ArrayBuffer.isView(value)) return 4 * headerBytes + value.byteLength
  let bytes = 2 * headerBytes
  if (Array.isArray(value)) {
    for (const item of value) bytes += 8 + sizeOf(item)
    return bytes
  }
  for (const key in value) bytes += fieldBytes + sizeOf((value as Readonly<Record<string, unknown>>)[key])
  return bytes
}
