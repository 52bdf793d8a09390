// What is installed, read from the packages themselves: those that ours need when they run, with theirs, and everything.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../bootstrap/machine.mjs'

const ownFolders = ['packages/core', 'packages/context', 'packages/logging', 'packages/server', 'apps/gateway']

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Where a package finds one that it depends on: in a folder of its own, or beside it in the store. */
function findDependency(folder, name) {
  const beside = folder.slice(0, folder.lastIndexOf('node_modules') + 'node_modules'.length)
  for (const modules of [join(folder, 'node_modules'), beside]) {
    const candidate = join(modules, name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  }
  return undefined
}

/** The licence as the package states it, also in the old forms. */
export function licenceOf(manifest) {
  const { license, licenses } = manifest
  if (typeof license === 'string') return license
  if (typeof license?.type === 'string') return license.type
  return Array.isArray(licenses) ? licenses.map(({ type }) => type).join(' OR ') : 'none'
}

function toPackage(folder, manifest, dependencies) {
  const { name, version } = manifest
  return {
    id: `${name}@${version}`,
    name,
    version,
    folder,
    licence: licenceOf(manifest),
    manifest,
    dependencies,
    isOwn: !folder.includes('node_modules'),
  }
}

/** Every package that ours need when they run, ours included, by name and version. A platform's package that is not installed here is left out. */
export function runtimePackages() {
  const found = new Map()
  const visit = (folder) => {
    const manifest = readManifest(folder)
    const id = `${manifest.name}@${manifest.version}`
    if (found.has(id)) return id
    const entry = toPackage(folder, manifest, [])
    found.set(id, entry)
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const dependency = findDependency(folder, name)
      if (dependency !== undefined) entry.dependencies.push(visit(dependency))
    }
    return id
  }
  for (const folder of ownFolders) visit(join(root, folder))
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Every package that is installed, for whatever it is needed. */
export function allPackages() {
  const store = join(root, 'node_modules/.pnpm')
  const found = new Map()
  for (const entry of readdirSync(store)) {
    const modules = join(store, entry, 'node_modules')
    if (!existsSync(modules)) continue
    const names = readdirSync(modules).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((one) => `${name}/${one}`) : [name],
    )
    for (const name of names) {
      const folder = join(modules, name)
      if (!existsSync(join(folder, 'package.json'))) continue
      const manifest = readManifest(realpathSync(folder))
      if (manifest.version === undefined || dirname(realpathSync(folder)).startsWith(join(root, 'packages'))) continue
      found.set(`${manifest.name}@${manifest.version}`, toPackage(realpathSync(folder), manifest, []))
    }
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The digest that the lockfile holds of each package, in hexadecimal. */
export function integrities() {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const found = new Map()
  for (const [, id, digest] of lock.matchAll(
    /^ {2}'?((?:@[^/\s']+\/)?[^@\s']+@[^:\s'()]+)'?:\n {4}resolution: \{integrity: sha512-([A-Za-z0-9+/=]+)/gm,
  )) {
    found.set(id, Buffer.from(digest, 'base64').toString('hex'))
  }
  return found
}
