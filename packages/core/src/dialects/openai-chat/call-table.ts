import { isIndex } from '../shared/read-index.ts'

/** A tool call while its deltas come in. */
export interface StreamedCall {
  /** Our index of it within the choice. */
  readonly index: number
  /** The id that the provider gave; '' while it has given none. */
  givenId: string
  /** Ours where the provider gives none. */
  id: string
  /** '' until the provider says it: a call without a name is not told of. */
  name: string
  type: 'function' | 'custom' | undefined
  signature: string | undefined
  hasArguments: boolean
  isEnded: boolean
  /** Arguments that came before the name. */
  held: string
}

/** What a delta says of the call that it belongs to. */
export interface CallKey {
  readonly index: number | undefined
  /** '' when it says none. */
  readonly id: string
  readonly name: string
}

export interface CallTable {
  readonly all: readonly StreamedCall[]
  readonly find: (key: CallKey) => StreamedCall | undefined
  readonly begin: (key: CallKey) => StreamedCall
  /** Makes a call known by the id that the provider gave it. */
  readonly learnId: (call: StreamedCall, id: string) => void
}

/** Whether a delta at the index of a call begins another one: some vendors give all calls the same index. */
function isAnother(call: StreamedCall, { id, name }: CallKey): boolean {
  return id !== '' && name !== '' && call.givenId !== '' && call.givenId !== id && call.name !== ''
}

/**
 * Finds the call of a delta: by `index`, a number that the provider makes up and that is only ever a key; else by id; else it is the
 * last one, unless it has a name. Grows with the stream: a list that is copied for every call would make many calls quadratic.
 */
export function createCallTable(newId: () => string): CallTable {
  const all: StreamedCall[] = []
  const byIndex = new Map<number, StreamedCall>()
  const byId = new Map<string, StreamedCall>()
  const taken = new Set<number>()
  let nextFree = 0

  const ownIndex = (given: number | undefined): number => {
    if (isIndex(given) && !taken.has(given)) return given
    while (taken.has(nextFree)) nextFree++
    return nextFree
  }
  return {
    all,
    find: ({ index, id, name }) => {
      if (index === undefined) return byId.get(id) ?? (name === '' ? all.at(-1) : undefined)
      const known = byIndex.get(index)
      return known !== undefined && isAnother(known, { index, id, name }) ? undefined : known
    },
    begin: ({ index: given }) => {
      const index = ownIndex(given)
      taken.add(index)
      const call: StreamedCall = {
        ...{ index, givenId: '', id: `call_${newId()}`, name: '', type: undefined },
        ...{ signature: undefined, hasArguments: false, isEnded: false, held: '' },
      }
      all.push(call)
      if (given !== undefined) byIndex.set(given, call)
      return call
    },
    learnId: (call, id) => {
      call.givenId = id
      call.id = id
      byId.set(id, call)
    },
  }
}
