/*
 * SHA-256 (FIPS 180-4, section 6.2) without a promise, which the platform's own digest has and a pure encoder can't wait for. Meant for
 * short texts: ids, names and end users. Cost: some microseconds for each 64 bytes.
 */
const roundConstants = [
  '428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5',
  'd807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174',
  'e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da',
  '983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967',
  '27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85',
  'a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070',
  '19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3',
  '748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2',
].flatMap((line) => line.split(' ').map((word) => Number.parseInt(word, 16)))

const blockBytes = 64
const lengthBytes = 8
const encoder = new TextEncoder()

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** The text's bytes, a one bit, zeros and the length in bits: whole blocks. */
function padded(text: string): DataView {
  const bytes = encoder.encode(text)
  const blocks = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes)
  const message = new Uint8Array(blocks * blockBytes)
  message.set(bytes)
  message[bytes.length] = 0x80
  const view = new DataView(message.buffer)
  view.setBigUint64(message.length - lengthBytes, BigInt(bytes.length) * 8n)
  return view
}

/** The 64 words that the rounds of a block take. */
function schedule(message: DataView, offset: number): readonly number[] {
  const words: number[] = []
  const word = (index: number): number => words[index] ?? 0
  for (let index = 0; index < 16; index++) words.push(message.getUint32(offset + index * 4))
  for (let index = 16; index < 64; index++) {
    const [before, far] = [word(index - 2), word(index - 15)]
    const low = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3)
    const high = rotated(before, 17) ^ rotated(before, 19) ^ (before >>> 10)
    words.push((word(index - 16) + low + word(index - 7) + high) | 0)
  }
  return words
}

type State = readonly [number, number, number, number, number, number, number, number]

const initialState: State = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]

const sum = (left: State, right: State): State => [
  (left[0] + right[0]) | 0,
  (left[1] + right[1]) | 0,
  (left[2] + right[2]) | 0,
  (left[3] + right[3]) | 0,
  (left[4] + right[4]) | 0,
  (left[5] + right[5]) | 0,
  (left[6] + right[6]) | 0,
  (left[7] + right[7]) | 0,
]

function round([a, b, c, d, e, f, g, h]: State, input: number): State {
  const mixed = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + input
  const majority = (a & b) ^ (a & c) ^ (b & c)
  return [(mixed + (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority) | 0, a, b, c, (d + mixed) | 0, e, f, g]
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export function digestOf(text: string): string {
  const message = padded(text)
  let state = initialState
  for (let offset = 0; offset < message.byteLength; offset += blockBytes) {
    const words = schedule(message, offset)
    state = sum(
      state,
      words.reduce<State>((current, word, index) => round(current, word + (roundConstants[index] ?? 0)), state),
    )
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
