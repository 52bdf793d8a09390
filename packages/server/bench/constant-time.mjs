// Whether the time of a refusal tells how near a wrong key came: wrong in its first byte, in its last, or without the prefix. Both kinds of key, on the built
// package, 100,000 samples of each class in random order. Welch's t on the samples below the 90th percentile; beyond 4.5 two classes differ (Reparaz and others,
// "Dude, is my code constant time?", 2017).
import { createGateway, createMemoryKeyStore } from '@proxyapi/server'

const samples = Number(process.argv[2] ?? 100_000)
const threshold = 4.5
const configured = `sk-${'c'.repeat(43)}`
const admin = 'an-admin-key-0123456789'

const gateway = createGateway(
  {
    auth: {
      api_keys: [
        { name: 'configured', key: configured },
        { name: 'ops', key: admin, role: 'admin' },
      ],
    },
  },
  { keyStore: createMemoryKeyStore() },
)

async function issue() {
  const headers = { 'x-api-key': admin, 'content-type': 'application/json' }
  const response = await gateway.fetch('http://gateway/api/keys', { method: 'POST', headers, body: '{"name":"issued"}' })
  return (await response.json()).key
}

/** Another character in a place, of the same alphabet. */
const changed = (key, place) => key.slice(0, place) + (key[place] === 'x' ? 'y' : 'x') + key.slice(place + 1)

const classesOf = (key) => ({
  'first byte wrong': changed(key, 3),
  'last byte wrong': changed(key, key.length - 1),
  'all but the prefix wrong': key.slice(0, 8) + 'z'.repeat(key.length - 8),
})

async function measure(key) {
  const started = process.hrtime.bigint()
  const { status } = await gateway.fetch('http://gateway/v1/status', { headers: { 'x-api-key': key } })
  const took = Number(process.hrtime.bigint() - started)
  if (status !== 401) throw new Error(`A wrong key was answered with ${status}.`)
  return took
}

function summary(times) {
  const sorted = [...times].sort((a, b) => a - b).slice(0, Math.floor(times.length * 0.9))
  const mean = sorted.reduce((sum, time) => sum + time, 0) / sorted.length
  const variance = sorted.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (sorted.length - 1)
  return { mean, variance, count: sorted.length, median: sorted[Math.floor(times.length / 2)] }
}

const welch = (a, b) => (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count)

async function compare(kind, key) {
  const classes = Object.entries(classesOf(key)).map(([name, wrong]) => ({ name, wrong, times: [] }))
  for (const { wrong } of classes) for (let n = 0; n < 2_000; n++) await measure(wrong)
  for (let n = 0; n < samples * classes.length; n++) {
    // The next class by chance, so that what drifts meets all alike.
    const open = classes.filter(({ times }) => times.length < samples)
    const { wrong, times } = open[Math.floor(Math.random() * open.length)]
    times.push(await measure(wrong))
  }
  const sums = classes.map(({ name, times }) => ({ name, ...summary(times) }))
  for (const { name, mean, median } of sums)
    process.stdout.write(`${kind}, ${name}: mean ${(mean / 1e3).toFixed(2)} us, median ${(median / 1e3).toFixed(2)} us\n`)
  return sums.flatMap((one, index) =>
    sums.slice(index + 1).map((other) => {
      const t = welch(one, other)
      process.stdout.write(`${kind}: ${one.name} against ${other.name}: t = ${t.toFixed(2)}\n`)
      return Math.abs(t)
    }),
  )
}

const worst = Math.max(...(await compare('configured', configured)), ...(await compare('issued', await issue())))
process.stdout.write(`largest |t| ${worst.toFixed(2)}, allowed ${threshold}\n`)
process.exit(worst <= threshold ? 0 : 1)
