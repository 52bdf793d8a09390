/** What stands for every value that has no place of its own. */
export const otherValue = 'other'

export interface LabelLimitOptions {
  /** Values that always have a place. */
  readonly known?: readonly string[] | undefined
  /** How many values besides `known` may have one. */
  readonly max: number
  /** The longest value that is kept. */
  readonly maxLength?: number | undefined
}

/** Keeps the values of a label few, whatever a client sends. */
export interface LabelLimit {
  /** The value if it has a place or can get one, else `other`. */
  readonly admit: (value: string) => string
  /** The value if it has a place already, else `other`. */
  readonly find: (value: string) => string
}

export function createLabelLimit({ known = [], max, maxLength = 128 }: LabelLimitOptions): LabelLimit {
  const places = new Set(known)
  const size = places.size + max
  const find = (value: string): string => (places.has(value) ? value : otherValue)
  return {
    find,
    admit: (value) => {
      if (value !== '' && value.length <= maxLength && places.size < size) places.add(value)
      return find(value)
    },
  }
}
