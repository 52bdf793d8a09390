// Counts what one request costs in the built gateway's default configuration, by counters that don't depend on the machine's speed, and
// holds them to tooling/budgets/hot-path.json. Exits with 1 where a counter is over its budget.
//
//   npm run build && node tooling/scripts/count-hot-path.mjs [--case plain] [--top 30] [--write] [--json]
// `--top` prints the functions that are called most, and those that allocate most.
//
// Each case: 400 requests to warm up, then 200 in turn over one connection for each group of counters, records included that are made
// after the answer. Main thread, unless a counter says otherwise.
//   calls             calls of functions of packages/ and apps/ (V8 precise coverage, by source map)
//   functions         distinct functions among them
//   promises          promises created, ours and everybody's (async_hooks)
//   timers            timeouts armed, not those that are refreshed (async_hooks)
//   immediates        setImmediate (async_hooks)
//   sqlPrepared       SQLite statements prepared, in all threads
//   sqlExecuted       SQLite statements run, in all threads
//   bytes             bytes allocated on the heap of V8 (growth of the used heap; no collection takes place meanwhile)
//   bufferBytes       bytes allocated for buffers, which lie outside of that heap
//   objects           objects allocated (V8's heap sampler, which takes each at an interval of one byte)
//   workerCalls       calls as above in all worker threads together
// V8's optimizing compiler is off, as it removes calls and objects at moments of its own choice.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases, requestOf } from '../../bench/cases.mjs'
import { inTurn, once } from '../../bench/load.mjs'
import { createLocator, isOurs } from '../../bench/locate.mjs'
import { startProbed, startUpstream, stopAll } from '../../bench/servers.mjs'

const budgetFile = fileURLToPath(new URL('../budgets/hot-path.json', import.meta.url))
const warmUp = 400
const count = 200
/** Longer than any batch of records waits. */
const settleMs = 1500
const nodeArgs = ['--no-opt', '--no-maglev', '--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'plain,stream,hit' },
    top: { type: 'string', default: '0' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
  },
})

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const locate = createLocator()

/** Line starts of built files, because coverage tells places by offset. */
function createLines() {
  const known = new Map()
  const startsOf = (url) => {
    if (!known.has(url)) {
      const starts = [0]
      const text = readFileSync(fileURLToPath(url), 'utf8')
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
      known.set(url, starts)
    }
    return known.get(url)
  }
  return (url, offset) => {
    const starts = startsOf(url)
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return { lineNumber: low, columnNumber: offset - starts[low] }
  }
}
const placeOf = createLines()

/** Calls of our own functions with the place of each; what we bundle of others is left out. */
function ownCalls(calls) {
  return calls
    .filter(({ url }) => isOurs(url))
    .map(({ url, functionName, startOffset, count: times }) => ({
      functionName,
      times,
      ...locate({ url, functionName, ...placeOf(url, startOffset) }),
    }))
    .filter(({ group }) => group.startsWith('@proxyapi/') || group.startsWith('ours'))
}

const sum = (calls) => calls.reduce((total, { times }) => total + times, 0)
const aRequest = (value) => Math.round((value / count) * 10) / 10

async function during(gateway, mode, work) {
  await pause(settleMs)
  await gateway.probe({ begin: mode })
  await work()
  await pause(settleMs)
  return gateway.probe({ end: mode })
}

async function countCase(name) {
  const upstream = await startUpstream()
  const gateway = await startProbed(upstream, { node: values.node, nodeArgs, env: { PROBE_SQLITE: '1' } })
  const request = requestOf(name, 'proxyapi', upstream)
  const { length } = await once(gateway.port, request)
  const ask = () => inTurn(gateway.port, request, { count, length })
  await inTurn(gateway.port, request, { count: warmUp, length })
  const { main, others } = await during(gateway, 'counts', ask)
  const bytes = (await during(gateway, 'bytes', ask)).main
  const objects = (await during(gateway, 'objects', ask)).main
  gateway.child.kill('SIGKILL')
  upstream.child.kill('SIGKILL')
  if (bytes.collections > 0)
    throw new Error(`${bytes.collections} collections took place while bytes were counted: the figure would be wrong`)
  const own = ownCalls(main.calls)
  const inAll = (counter) => [main, ...others].reduce((total, thread) => total + thread[counter], 0)
  const workers = others.flatMap(({ calls }) => ownCalls(calls))
  return {
    own,
    workers,
    sites: objects.sites,
    counters: {
      calls: aRequest(sum(own)),
      functions: own.length,
      promises: aRequest(main.promises),
      timers: aRequest(main.timeouts),
      immediates: aRequest(main.immediates),
      sqlPrepared: aRequest(inAll('prepared')),
      sqlExecuted: aRequest(inAll('executed')),
      bytes: Math.round(bytes.heap / count),
      bufferBytes: Math.round(bytes.buffers / count),
      objects: aRequest(objects.objects),
      workerCalls: aRequest(sum(workers)),
    },
  }
}

function printCalls(own) {
  const groups = new Map()
  for (const { group, times } of own) groups.set(group, (groups.get(group) ?? 0) + times)
  for (const [group, times] of groups) process.stdout.write(`  ${String(aRequest(times)).padStart(8)}  ${group}\n`)
  const top = [...own].sort((left, right) => right.times - left.times).slice(0, Number(values.top))
  for (const { functionName, place, times } of top)
    process.stdout.write(`  ${String(aRequest(times)).padStart(8)}  ${functionName || '(anonymous)'}  ${place}\n`)
}

/** Who allocates most: bytes a request by function, of whatever package. */
function printSites(sites) {
  const sums = new Map()
  for (const { bytes, ...site } of sites) {
    const { group, place } = locate(site)
    const key = `${site.functionName || '(anonymous)'}  ${place || group}`
    sums.set(key, (sums.get(key) ?? 0) + bytes)
  }
  const top = [...sums].sort((left, right) => right[1] - left[1]).slice(0, Number(values.top))
  for (const [key, bytes] of top) process.stdout.write(`  ${String(aRequest(bytes)).padStart(8)} B  ${key}\n`)
}

function print(name, { own, workers, sites, counters }) {
  const figures = Object.entries(counters).map(([counter, value]) => `${counter} ${value}`)
  process.stdout.write(`${name}: ${figures.join(', ')}\n`)
  if (values.top === '0') return
  printCalls(own)
  printCalls(workers)
  printSites(sites)
}

function overBudget(name, counters, budget) {
  return Object.entries(budget)
    .filter(([counter, allowed]) => counters[counter] > allowed)
    .map(([counter, allowed]) => `${name}: ${counter} found ${counters[counter]}, allowed ${allowed}`)
}

async function main() {
  const names = values.case.split(',')
  const unknown = names.filter((name) => !(name in cases))
  if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(', ')}; there are ${Object.keys(cases).join(', ')}`)
  const budgets = JSON.parse(readFileSync(budgetFile, 'utf8'))
  const found = {}
  for (const name of names) {
    const result = await countCase(name)
    found[name] = result.counters
    if (!values.json) print(name, result)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`)
  if (values.write) {
    writeFileSync(budgetFile, `${JSON.stringify({ ...budgets, ...toBudgets(found) }, undefined, 2)}\n`)
    return 0
  }
  const over = names.flatMap((name) => overBudget(name, found[name], budgets[name] ?? {}))
  for (const line of over) process.stderr.write(`over budget  ${line}\n`)
  return over.length === 0 ? 0 : 1
}

/** Where a counter may differ a little from run to run, its budget leaves room for that. */
const room = { bytes: 1.03, bufferBytes: 1.1, objects: 1.05, calls: 1.01, promises: 1.02, timers: 1.01, workerCalls: 1.05 }
/**
 * A size of batch has its statement prepared once, when it first occurs, and a slow machine meets a new size now and then. One
 * statement prepared for each request would count as 1.
 */
const least = { sqlPrepared: 0.3 }
/** Told, but held to no budget: its last few depend on what else the process does meanwhile. */
const told = new Set(['functions'])

function toBudgets(found) {
  return Object.fromEntries(
    Object.entries(found).map(([name, counters]) => [
      name,
      Object.fromEntries(
        Object.entries(counters)
          .filter(([counter]) => !told.has(counter))
          .map(([counter, value]) => [counter, Math.max(least[counter] ?? 0, Math.ceil(value * (room[counter] ?? 1)))]),
      ),
    ]),
  )
}

let exitCode = 1
try {
  exitCode = await main()
} finally {
  stopAll()
}
process.exit(exitCode)
