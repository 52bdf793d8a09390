import { constants, PerformanceObserver } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = () => void

let exposed: Collect | undefined

/** Node's own `gc`, when it was started with `--expose-gc`, else V8's. */
function findCollect(): Collect {
  const own = globalThis.gc
  return own === undefined ? expose() : () => void own()
}

/** V8 gives `gc` to contexts made after the flag was set; the context itself is not kept. */
function expose(): Collect {
  setFlagsFromString('--expose-gc')
  // The flag puts exactly this function there; V8 offers it no type.
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return collect
}

/** Collects all garbage of this process, at once; needs no `--expose-gc`. Nothing else runs meanwhile. */
export function collectGarbage(): void {
  exposed ??= findCollect()
  exposed()
  // V8 frees the memory of dead buffers after a collection, in the background; a second one waits for that.
  exposed()
}

/** Calls back after each full collection that V8 makes; returns its cancellation. */
export function watchCollections(onCollection: () => void): () => void {
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some((entry) => kindOf(entry) === constants.NODE_PERFORMANCE_GC_MAJOR)) onCollection()
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

function kindOf(entry: object): unknown {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
}
