/*
 * What is under way, by key. The map holds numbers, and the values stand in an array: a map whose table has no more room makes
 * another and leaves the old one pointing at it, and a collector that looks at young objects alone takes all that such a table
 * still holds for living. Fetches that have ended would be kept until the next full collection, with all that they refer to.
 */
export interface FetchTable<Value> {
  readonly size: () => number
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
}

export function createFetchTable<Value>(): FetchTable<Value> {
  const places = new Map<string, number>()
  const values: (Value | undefined)[] = []
  const free: number[] = []
  return {
    size: () => places.size,
    get: (key) => {
      const place = places.get(key)
      return place === undefined ? undefined : values[place]
    },
    set: (key, value) => {
      const place = places.get(key) ?? free.pop() ?? values.length
      places.set(key, place)
      values[place] = value
    },
    delete: (key) => {
      const place = places.get(key)
      if (place === undefined) return
      places.delete(key)
      values[place] = undefined
      free.push(place)
    },
  }
}
