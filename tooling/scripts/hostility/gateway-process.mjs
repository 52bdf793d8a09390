import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../bootstrap/machine.mjs'
import { freePort } from '../free-port.mjs'

const noFigures = { blockMs: -1, rssMb: -1, heapMb: -1 }

/** The built gateway as a process of its own, with a heap of 512 MB, that tells what it costs. */
export async function startGateway(config) {
  const folder = mkdtempSync(join(tmpdir(), 'hostility-'))
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify(config))
  const port = await freePort()
  const watch = pathToFileURL(join(root, 'tooling/scripts/hostility/watch.mjs')).href
  const flags = ['--expose-gc', '--max-old-space-size=512', '--import', watch]
  const cli = join(root, 'apps/gateway/dist/cli.js')
  const given = ['start', '--config', file, '--port', String(port), '--data-dir', folder]
  const child = spawn(process.execPath, [...flags, cli, ...given], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH },
  })
  let log = ''
  const keep = (text) => {
    log = (log + text).slice(-100_000)
  }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', keep)
  let exit
  const ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      exit = signal ?? code
      resolve(noFigures)
    })
  })
  const ask = async (question) => {
    const answered = new Promise((resolve) => {
      const onMessage = (message) => {
        if (message.question !== question) return
        child.off('message', onMessage)
        resolve(message.answer)
      }
      child.on('message', onMessage)
    })
    if (child.connected) child.send(question)
    return Promise.race([answered, ended])
  }
  const base = `http://127.0.0.1:${port}`
  for (let left = 300; ; left--) {
    if (exit !== undefined || left === 0) throw new Error(`The gateway did not start: ${log.slice(-2000)}`)
    if (
      await fetch(`${base}/health/live`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    port,
    base,
    ask,
    pid: child.pid,
    /** Its configuration, for who changes it. */
    file,
    exit: () => exit,
    log: () => log,
    stop: async () => {
      if (exit === undefined) {
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
