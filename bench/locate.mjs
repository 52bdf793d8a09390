// From a place in a built file to the source file and the package that it belongs to.
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './servers.mjs'

/** The package of a path in node_modules, under pnpm too. */
function packageOf(path) {
  const parts = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length).split('/')
  return parts[0]?.startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0]
}

function createMaps() {
  const maps = new Map()
  return (file) => {
    if (!maps.has(file)) maps.set(file, existsSync(`${file}.map`) ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))) : undefined)
    return maps.get(file)
  }
}

/** Is it a file that our build made? */
export const isOurs = (url) => url.startsWith('file:') && !url.includes('node_modules/') && url.includes('/dist/')

/**
 * Gives of a call frame its group (a package of ours, a dependency, `node`, `native`), of ours the folder as `room`, and the place to look at.
 * Code of others that our build has bundled belongs to its own package.
 */
export function createLocator() {
  const mapOf = createMaps()
  return ({ url, functionName, lineNumber, columnNumber }) => {
    if (url === '') return { group: functionName.startsWith('(') ? functionName : 'native', place: '' }
    if (url.startsWith('node:')) return { group: url.startsWith('node:internal/deps/') ? 'node deps' : 'node', place: `${url}:${lineNumber + 1}` }
    if (!url.startsWith('file:')) return { group: 'other', place: url }
    const file = fileURLToPath(url)
    if (file.includes('/hot-path/probe.mjs')) return { group: 'probe', place: '' }
    if (!isOurs(url)) return { group: packageOf(file), place: `${file.slice(file.lastIndexOf('node_modules/') + 13)}:${lineNumber + 1}` }
    const entry = mapOf(file)?.findEntry(lineNumber, columnNumber)
    if (entry?.originalSource === undefined) return { group: 'ours, not mapped', place: `${relative(root, file)}:${lineNumber + 1}` }
    const source = join(file, '..', entry.originalSource)
    if (source.includes('node_modules/')) return { group: packageOf(source), place: `${packageOf(source)}:${entry.originalLine + 1}` }
    const place = relative(root, source)
    const [, name, , room] = place.split('/')
    return { group: `@proxyapi/${name}`, room: `${name}/${room}`, place: `${place}:${entry.originalLine + 1}` }
  }
}
