// The licence gate: what ships with us may be used by everybody, and what builds it is known. A licence that is not listed fails the check.
import { allPackages, runtimePackages } from './supply-chain/installed-packages.mjs'

/** Permissive: they ask for no more than a notice. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
])
/** Besides, for what builds and tests and is not shipped. */
const forTools = new Set([...permissive, 'Python-2.0', 'MPL-2.0', 'CC-BY-4.0', 'CC-BY-3.0'])
/** Packages whose manifest says nothing or something else than their licence file, as read by people. */
const read = new Map([['spawndamnit', 'MIT']])

/** An SPDX expression: one side of an `OR` is enough, every side of an `AND` is needed. */
function isAllowed(expression, allowed) {
  const plain = expression.replace(/^\((.*)\)$/, '$1')
  if (plain.includes(' OR ')) return plain.split(' OR ').some((side) => isAllowed(side.trim(), allowed))
  return plain.split(' AND ').every((side) => allowed.has(side.trim()))
}

function problemsOf(packages, allowed, what) {
  return packages.flatMap(({ id, name, licence }) => {
    const known = read.get(name) ?? licence
    return isAllowed(known, allowed) ? [] : [`${id} (${what}): the licence is ${known}; allowed: ${[...allowed].join(', ')}`]
  })
}

const runtime = runtimePackages()
const all = allPackages()
const shipped = new Set(runtime.map(({ id }) => id))
const tools = all.filter(({ id }) => !shipped.has(id))
const problems = [...problemsOf(runtime, permissive, 'ships'), ...problemsOf(tools, forTools, 'builds')]
if (runtime.length < 50 || tools.length < 100)
  problems.push(`only ${runtime.length} and ${tools.length} packages were found: this check looks in the wrong place`)
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.stdout.write(`${runtime.length} packages that ship and ${tools.length} that build have licences that are allowed\n`)
