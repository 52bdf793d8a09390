// Loaded into a gateway and its worker threads by preload.cjs: counts and profiles on request of the process that started it.
// Messages of the parent: { begin: mode } and { end: mode }; the answer to `end` holds what each thread found.
import { createHook } from 'node:async_hooks'
import { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { PerformanceObserver } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { getHeapStatistics } from 'node:v8'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'

const session = new Session()
session.connect()
/** Commands of the inspector answer before `post` returns. */
function ask(method, parameters = {}) {
  let answer
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`)
    answer = result
  })
  return answer
}

const tally = { promises: 0, timeouts: 0, immediates: 0, prepared: 0, executed: 0 }
const kinds = { PROMISE: 'promises', Timeout: 'timeouts', Immediate: 'immediates' }
const hook = createHook({
  init: (_id, type) => {
    if (type in kinds) tally[kinds[type]]++
  },
})

async function watchSqlite() {
  const { resolve } = createRequire(new URL('../../../packages/logging/package.json', import.meta.url))
  const { default: sqlite } = await import(pathToFileURL(resolve('sqlite3')).href)
  const count = (prototype, names, counter) => {
    for (const name of names) {
      const original = prototype[name]
      prototype[name] = function counted(...args) {
        tally[counter]++
        return original.apply(this, args)
      }
    }
  }
  count(sqlite.Database.prototype, ['run', 'get', 'all', 'each', 'map', 'prepare'], 'prepared')
  count(sqlite.Statement.prototype, ['run', 'get', 'all', 'each'], 'executed')
  count(sqlite.Database.prototype, ['exec'], 'executed')
}

let collections = 0
const collector = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})
const memory = () => ({ heap: getHeapStatistics().used_heap_size, buffers: process.memoryUsage().arrayBuffers })
let before

/** Every function that ran, with the number of its calls and its place in the built file. */
function takeCalls() {
  return ask('Profiler.takePreciseCoverage').result.flatMap(({ url, functions }) =>
    functions
      .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
      .map(({ functionName, ranges: [{ startOffset, count }] }) => ({ url, functionName, startOffset, count })),
  )
}

/** Bytes that each function allocated by itself, with its place in the built file. */
function takeSites({ head }) {
  const sites = []
  const visit = ({ callFrame, selfSize, children }) => {
    if (selfSize > 0) sites.push({ ...callFrame, bytes: selfSize })
    for (const child of children) visit(child)
  }
  visit(head)
  return sites
}

const modes = {
  counts: {
    begin: () => {
      hook.enable()
      ask('Profiler.enable')
      ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
      ask('Profiler.takePreciseCoverage')
      for (const name of Object.keys(tally)) tally[name] = 0
    },
    end: () => {
      const found = { ...tally, calls: takeCalls() }
      hook.disable()
      ask('Profiler.stopPreciseCoverage')
      ask('Profiler.disable')
      return found
    },
  },
  bytes: {
    begin: async () => {
      // Buffers are freed some time after the collection that found them.
      for (let times = 0; times < 3; times++) {
        globalThis.gc?.()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      collections = 0
      collector.observe({ entryTypes: ['gc'] })
      before = memory()
    },
    end: () => {
      const after = memory()
      collector.disconnect()
      return { heap: after.heap - before.heap, buffers: after.buffers - before.buffers, collections }
    },
  },
  objects: {
    begin: () => {
      ask('HeapProfiler.enable')
      ask('HeapProfiler.startSampling', {
        samplingInterval: 1,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      })
    },
    end: () => {
      const { profile } = ask('HeapProfiler.stopSampling')
      ask('HeapProfiler.disable')
      return { sites: takeSites(profile), objects: profile.samples.length }
    },
  },
  profile: {
    begin: () => {
      ask('Profiler.enable')
      ask('Profiler.setSamplingInterval', { interval: 250 })
      ask('Profiler.start')
    },
    end: () => {
      const { profile } = ask('Profiler.stop')
      ask('Profiler.disable')
      return { profile }
    },
  },
}

// From the start, because stores keep bound copies of the driver's functions; only for counting, as it shows in a profile.
if (process.env['PROBE_SQLITE'] === '1') await watchSqlite()

const channel = new BroadcastChannel('hot-path-probe')
channel.unref()

if (isMainThread) {
  const workers = new Set()
  let pending
  channel.onmessage = ({ data }) => {
    if (data.hello !== undefined) workers.add(data.hello)
    else if (data.from !== undefined) pending?.(data)
  }
  // A worker that has ended answers no more: wait a moment, not for ever.
  const askWorkers = (message) =>
    new Promise((resolve) => {
      const found = []
      const finish = () => {
        clearTimeout(timer)
        resolve(found)
      }
      const timer = setTimeout(finish, 2000)
      pending = (answer) => found.push(answer) === workers.size && finish()
      channel.postMessage(message)
      if (workers.size === 0) finish()
    })
  process.on('message', async (message) => {
    if (message.end !== undefined) {
      const main = modes[message.end].end()
      const others = await askWorkers(message)
      process.send({ main, others: others.map(({ found }) => found) })
    } else {
      await askWorkers(message)
      await modes[message.begin].begin()
      process.send({ begun: message.begin })
    }
  })
  process.channel?.unref()
} else {
  channel.onmessage = async ({ data }) => {
    if (data.begin !== undefined) {
      await modes[data.begin].begin()
      channel.postMessage({ from: threadId })
    } else if (data.end !== undefined) channel.postMessage({ from: threadId, found: modes[data.end].end() })
  }
  channel.postMessage({ hello: threadId })
}
