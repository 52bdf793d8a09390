import type { Steps } from './steps.ts'

/** Units by falling worth; equals keep the order of the history. Whoever changes the worth of the top sinks it anew. */
export interface UnitHeap {
  readonly worth: Float64Array
  /** `undefined` when there is none left. */
  readonly top: () => number | undefined
  /** Puts the top at its place after its worth has fallen. */
  readonly sinkTop: () => void
  readonly dropTop: () => void
}

interface Heap {
  readonly places: Int32Array
  readonly worth: Float64Array
  size: number
}

/** How many units are sunk between two pauses. */
const sunkPerStep = 512

function isAbove({ worth }: Heap, left: number, right: number): boolean {
  const difference = (worth[left] ?? 0) - (worth[right] ?? 0)
  return difference === 0 ? left < right : difference > 0
}

function sink(heap: Heap, from: number): void {
  const { places, size } = heap
  const moving = places[from] ?? 0
  let place = from
  for (;;) {
    let child = 2 * place + 1
    if (child >= size) break
    if (child + 1 < size && isAbove(heap, places[child + 1] ?? 0, places[child] ?? 0)) child++
    if (!isAbove(heap, places[child] ?? 0, moving)) break
    places[place] = places[child] ?? 0
    place = child
  }
  places[place] = moving
}

/** Builds a heap of the units that are worth something and not chosen yet. Yields now and then. */
export function* createUnitHeap(worth: Float64Array, isChosen: Uint8Array): Steps<UnitHeap> {
  const places = Int32Array.from(worth.keys()).filter((index) => isChosen[index] === 0 && (worth[index] ?? 0) > 0)
  const heap: Heap = { places, worth, size: places.length }
  for (let place = (heap.size >> 1) - 1; place >= 0; place--) {
    sink(heap, place)
    if (place % sunkPerStep === 0) yield
  }
  return {
    worth,
    top: () => (heap.size > 0 ? places[0] : undefined),
    sinkTop: () => sink(heap, 0),
    dropTop: () => {
      heap.size--
      places[0] = places[heap.size] ?? 0
      sink(heap, 0)
    },
  }
}
