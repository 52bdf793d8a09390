// The gateway starts from packed tarballs by one command, in an empty folder: npx installs them and runs the program.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, pnpmScript, root } from '../bootstrap/machine.mjs'

const packages = ['packages/core', 'packages/context', 'packages/logging', 'packages/server', 'apps/gateway']
const folder = mkdtempSync(join(tmpdir(), 'proxyapi-pack-'))
const empty = join(folder, 'empty')
mkdirSync(empty)

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

try {
  for (const path of packages) run(process.execPath, [pnpmScript, 'pack', '--pack-destination', folder], join(root, path))
  const packs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  const npx = ['exec', '--yes', '--prefer-offline', ...packs.map((file) => `--package=${join(folder, file)}`), '--', 'proxyapi']
  const said = run('npm', [...npx, '--version'], empty).trim()
  if (!/^proxyapi \d+\.\d+\.\d+/.test(said)) throw new Error(`expected a version, found ${said}`)
  const child = spawn('npm', [...npx, 'start', '--port', '0', '--data-dir', join(folder, 'data')], {
    cwd: empty,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  try {
    let told = ''
    child.stderr.on('data', (bytes) => {
      told += bytes
    })
    let url
    for (let tries = 0; tries < 600 && url === undefined; tries++) {
      url = /listens on (http:\/\/\S+)/.exec(told)?.[1]
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    if (url === undefined) throw new Error(`it did not start:\n${told}`)
    if (!told.includes('Try it:')) throw new Error(`a first start says nothing of what to try next:\n${told}`)
    const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const answer = await response.json()
    if (answer.choices?.[0]?.message?.content !== 'Hello') throw new Error(`unexpected answer: ${JSON.stringify(answer)}`)
    process.stdout.write(`${said} starts from ${packs.length} tarballs and answers\n`)
  } finally {
    process.kill(-child.pid, 'SIGTERM')
    await once(child, 'exit')
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
