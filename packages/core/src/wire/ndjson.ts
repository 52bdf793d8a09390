import { createCarry } from './carry.ts'
import { defaultMaxEventBytes, type EventFramer, type FramerOptions, type WireEvent } from './wire-event.ts'

const lf = 0x0a
const decoder = new TextDecoder()

function toEvents(bytes: Uint8Array): readonly WireEvent[] {
  return decoder
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((data) => ({ name: '', data }))
}

/** Frames newline-delimited JSON. A last line without its line feed counts. */
export function createNdjsonFramer(options: FramerOptions = {}): EventFramer {
  const carry = createCarry(options.maxEventBytes ?? defaultMaxEventBytes)
  return {
    push: (bytes) => {
      const last = bytes.lastIndexOf(lf)
      if (last === -1) {
        carry.append(bytes)
        return []
      }
      const whole = carry.take(bytes.subarray(0, last + 1))
      carry.append(bytes.subarray(last + 1))
      return toEvents(whole)
    },
    end: () => toEvents(carry.take(new Uint8Array(0))),
  }
}
