// Brings a fresh clone to a runnable state with nothing but Node and npm, then does the job: start, test or setup.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './bootstrap/build.mjs'
import { install } from './bootstrap/install.mjs'
import { requireNode, root } from './bootstrap/machine.mjs'
import { runTests } from './bootstrap/run-tests.mjs'

requireNode()
const [job = 'start', ...rest] = process.argv.slice(2)
install()

// npm passes a signal only to the shell it started; when that parent goes away, stop as if the signal had come to us.
function followParent() {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

async function start() {
  build()
  followParent()
  const { main } = await import(pathToFileURL(join(root, 'apps/gateway/dist/main.js')).href)
  process.exit(await main(['start', ...rest]))
}

if (job === 'start') await start()
else if (job === 'setup') build()
else if (job === 'test') {
  build()
  process.exit(runTests(rest))
} else {
  process.stderr.write(`up: there is no job "${job}"; there are start, test and setup\n`)
  process.exit(2)
}
