// The two lists that the catalogue's rows come from: facts only, both under the MIT licence. A newer version is a change that a review can see.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const litellm = { name: 'litellm', version: '1.110.2', readAt: '2026-11-30' }
export const genaiPrices = { name: '@pydantic/genai-prices', version: '0.1.8', readAt: '2026-11-30' }

const priceFile = 'litellm/model_prices_and_context_window_backup.json'

function run(command, options, cwd) {
  const { status, stderr } = spawnSync(command, options, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${options.join(' ')} failed: ${stderr}`)
}

/** LiteLLM's price list by key. Its package is downloaded, not installed: nothing of it runs. */
function readLitellm(folder) {
  run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', `${litellm.name}==${litellm.version}`], folder)
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
  run('python3', ['-m', 'zipfile', '--extract', wheel, folder], folder)
  return JSON.parse(readFileSync(join(folder, priceFile), 'utf8'))
}

/** The models of OpenRouter by genai-prices. */
async function readOpenRouter(folder) {
  run('npm', ['pack', '--silent', `${genaiPrices.name}@${genaiPrices.version}`], folder)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  run('tar', ['-xzf', archive], folder)
  const { findProvider } = await import(pathToFileURL(join(folder, 'package/dist/index.js')).href)
  return findProvider({ providerId: 'openrouter' }).models
}

/** Both lists. Needs npm, and Python with pip. */
export async function readSources() {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-'))
  try {
    return { litellm: readLitellm(folder), openRouter: await readOpenRouter(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
