import type { Abortion } from './abortion.ts'
import type { Call } from './call.ts'

const held = Symbol('abortion')

interface Held {
  readonly [held]: Abortion
}

/** One for all calls: a getter written into each of them would give each a shape of its own, which is slow to make and to read. */
const signal: PropertyDescriptor & ThisType<Held> = {
  enumerable: true,
  get() {
    return this[held].signal()
  },
}

/** A call whose signal is made for the first who asks. */
export function withSignal(fields: Omit<Call, 'signal'>, abortion: Abortion): Call {
  const call: Omit<Call, 'signal'> & Partial<Pick<Call, 'signal'>> & Held = { ...fields, [held]: abortion }
  return Object.defineProperty(call, 'signal', signal) as Call // just defined
}
