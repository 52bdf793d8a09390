import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { read, root, run, say, stampDirectory } from './machine.mjs'

const skipped = new Set(['node_modules', 'dist', '.turbo', 'test', '__fixtures__'])

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || entry.name.endsWith('.test.ts')) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** Sizes and times stand for contents: reading every file would cost more than the check may. */
function sourceStamp() {
  const hash = createHash('sha256')
  for (const file of ['packages', 'apps', 'tooling/tsup'].flatMap((folder) => filesBelow(join(root, folder))).sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file.slice(root.length)}|${size}|${mtimeMs}\n`)
  }
  for (const file of ['turbo.json', 'tsconfig.base.json', 'pnpm-lock.yaml']) hash.update(read(join(root, file)))
  return hash.digest('hex')
}

/** Builds through turbo unless nothing has changed since the last build. */
export function build() {
  const stampFile = join(stampDirectory, 'build')
  const wanted = sourceStamp()
  if (read(stampFile) === wanted && existsSync(join(root, 'apps/gateway/dist/main.js'))) return
  say('building')
  run(process.execPath, [join(root, 'node_modules', 'turbo', 'bin', 'turbo'), 'run', 'build', '--output-logs=errors-only', '--ui=stream'])
  mkdirSync(stampDirectory, { recursive: true })
  writeFileSync(stampFile, wanted)
}
