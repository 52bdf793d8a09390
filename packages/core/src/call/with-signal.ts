import type { Abortion } from './abort-source.ts'
import type { Call } from './call.ts'

/** Where a call keeps what its signal is made of. */
export const abortionOf: unique symbol = Symbol('abortion')

interface Abortable {
  readonly [abortionOf]: Abortion
}

/** One for all calls: a getter written into each of them would give each a shape of its own, which is slow to make and to read. */
const signal: PropertyDescriptor & ThisType<Abortable> = {
  enumerable: true,
  get() {
    return this[abortionOf].signal()
  },
}

/** Makes a call of its fields: its signal is made for the first who asks. */
export function withSignal(fields: Omit<Call, 'signal'> & Partial<Pick<Call, 'signal'>> & Abortable): Call {
  return Object.defineProperty(fields, 'signal', signal) as Call // just defined
}
