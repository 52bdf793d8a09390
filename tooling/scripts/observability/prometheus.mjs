// A real Prometheus on a port of its own, with a folder of its own.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.mjs'

export function hasProgram(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
}

function configuration(target, key) {
  const { host, pathname, protocol } = new URL(target)
  const authorization = key === undefined ? '' : `    authorization: { credentials: ${JSON.stringify(key)} }\n`
  return `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: proxyapi
    scheme: ${protocol.slice(0, -1)}
    metrics_path: ${pathname}
${authorization}    static_configs: [{ targets: ["${host}"] }]
`
}

async function untilReady(url) {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error('Prometheus did not start')
}

/** Scrapes `target` every second and evaluates `rules`. `api` asks its HTTP API and gives the answer's `data`. */
export async function startPrometheus({ target, key, rules }) {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-prometheus-'))
  writeFileSync(join(folder, 'prometheus.yml'), configuration(target, key), { mode: 0o600 })
  copyFileSync(rules, join(folder, 'alerts.yml'))
  const url = `http://127.0.0.1:${await freePort()}`
  const flags = [
    `--web.listen-address=${new URL(url).host}`,
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
  ]
  const child = spawn('prometheus', [...flags, '--enable-feature=exemplar-storage', '--log.level=warn'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes) => {
    said += bytes
  })
  const close = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(url)
  } catch (error) {
    await close()
    throw new Error(`${error.message}:\n${said}`)
  }
  return {
    close,
    warnings: () => said.split('\n').filter((line) => line !== ''),
    api: async (path, parameters = {}) => {
      const answer = await (await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json()
      if (answer.status !== 'success') throw new Error(answer.error)
      return answer.data
    },
  }
}
