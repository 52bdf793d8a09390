// What each public entry weighs: the gzip size of the built ESM file and every chunk that it loads, without dependencies. More than its budget
// fails; `--write` sets the budgets to what is measured and a tenth more.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../bootstrap/machine.mjs'

const packages = ['core', 'context', 'logging', 'server']
const budgetsFile = join(root, 'tooling/budgets/sizes.json')
const headroom = 1.1

/** A built file and the files of the same package that it loads, each once. */
function closureOf(file, seen = new Set()) {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+\.js)['"]/g)) closureOf(join(dirname(file), path), seen)
  return seen
}

function sizeOf(file) {
  const code = [...closureOf(file)].map((path) => readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''))
  return gzipSync(code.join('\n'), { level: 9 }).length
}

function measure(name) {
  const folder = join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.entries(manifest.exports)
    .filter(([, entry]) => entry.import !== undefined)
    .map(([path, entry]) => [manifest.name + path.slice(1), sizeOf(join(folder, entry.import.default))])
}

const sizes = Object.fromEntries(packages.flatMap(measure))
if (process.argv.includes('--write')) {
  const budgets = Object.entries(sizes).map(([name, bytes]) => [name, Math.ceil((bytes * headroom) / 100) * 100])
  writeFileSync(budgetsFile, `${JSON.stringify(Object.fromEntries(budgets), null, 2)}\n`)
}
const budgets = JSON.parse(readFileSync(budgetsFile, 'utf8'))
for (const [name, bytes] of Object.entries(sizes)) process.stdout.write(`${name}: ${bytes} of ${budgets[name] ?? 0} bytes, gzipped\n`)
const missing = Object.keys(budgets).filter((name) => sizes[name] === undefined)
const over = Object.entries(sizes).filter(([name, bytes]) => bytes > (budgets[name] ?? 0))
if (over.length > 0 || missing.length > 0) {
  process.stdout.write(
    `over budget: ${over.map(([name]) => name).join(', ') || 'none'}; budget without an entry: ${missing.join(', ') || 'none'}\n`,
  )
  process.exit(1)
}
