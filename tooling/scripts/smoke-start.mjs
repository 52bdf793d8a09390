// Starts the built gateway as one plain process, as a container would, asks the demo provider, and stops it with SIGTERM.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const startedAt = performance.now()
const child = spawn(process.execPath, [join(root, 'apps/gateway/dist/cli.js'), 'start', '--port', '0'], {
  stdio: ['ignore', 'ignore', 'pipe'],
})
let said = ''
child.stderr.on('data', (bytes) => {
  said += bytes
})

async function url() {
  for (let tries = 0; tries < 100; tries++) {
    const found = /http:\/\/\S+/.exec(said)?.[0]
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the gateway did not start:\n${said}`)
}

try {
  const base = await url()
  const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
  const response = await fetch(`${base}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const answer = await response.json()
  if (answer.choices?.[0]?.message?.content !== 'Hello') throw new Error(`unexpected answer: ${JSON.stringify(answer)}`)
  const ms = Math.round(performance.now() - startedAt)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the gateway ended with ${code}`)
  process.stdout.write(`first answer after ${ms} ms, clean stop\n`)
} finally {
  child.kill('SIGKILL')
}
