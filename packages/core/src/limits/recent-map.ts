/*
 * Two generations: what is asked for in the old one moves into the young one, and when that has half of the room the old one is forgotten. So a look-up costs
 * one or two, and no entry is taken out and put in again each time, which would leave garbage tables behind (ARCHITECTURE.md, "Speed").
 */

/** A map that holds at least the latest half of `max` keys that were asked for, and at most `max`. For keys that come from outside. */
export interface RecentMap<Value> {
  readonly get: (key: string) => Value | undefined
  /** The same without counting as asked for. */
  readonly peek: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  readonly keys: () => readonly string[]
  readonly size: () => number
}

class Generations<Value> implements RecentMap<Value> {
  private young = new Map<string, Value>()
  private old = new Map<string, Value>()
  private readonly half: number
  private readonly mayForget: ((value: Value) => boolean) | undefined

  constructor(max: number, mayForget: ((value: Value) => boolean) | undefined) {
    this.half = Math.max(1, Math.floor(max / 2))
    this.mayForget = mayForget
  }

  readonly get = (key: string): Value | undefined => {
    const known = this.young.get(key)
    if (known !== undefined) return known
    const aged = this.old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  readonly peek = (key: string): Value | undefined => this.young.get(key) ?? this.old.get(key)

  readonly set = (key: string, value: Value): void => {
    this.old.delete(key)
    this.young.set(key, value)
    if (this.young.size >= this.half) this.age()
  }

  readonly delete = (key: string): void => {
    this.young.delete(key)
    this.old.delete(key)
  }

  readonly keys = (): readonly string[] => [...this.old.keys(), ...this.young.keys()]

  readonly size = (): number => this.young.size + this.old.size

  private age(): void {
    const forgotten = this.old
    this.old = this.young
    this.young = new Map()
    if (this.mayForget === undefined) return
    for (const [key, value] of forgotten) if (!this.mayForget(value)) this.old.set(key, value)
  }
}

/** `mayForget` keeps what is in use: the map exceeds `max` rather than lose it. Default: everything may be forgotten. */
export function createRecentMap<Value>(max: number, mayForget?: (value: Value) => boolean): RecentMap<Value> {
  return new Generations(max, mayForget)
}
