import { renderPath } from '@proxyapi/server'
import { readYaml } from '../config/read-yaml.ts'
import { asTree, leavesOf, type Path, type Tree, valueAt } from '../config/tree.ts'

/** Something of another gateway's file that ours does not have, or has otherwise. */
export interface ImportNote {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}

/** A configuration of ours, made from another gateway's, and what became of the rest. */
export interface Imported {
  readonly config: Tree
  /** In the order of the file. */
  readonly notes: readonly ImportNote[]
}

/** Another gateway's file, of which everything is either taken over or told about. */
export interface ForeignFile {
  readonly tree: Tree
  /** The value at a path, which is taken over with all below it. */
  readonly take: (...path: Path) => unknown
  /** Tells that a value is not taken over, or otherwise. */
  readonly note: (path: Path, message: string) => void
  /** All notes, also of what nobody has looked at. */
  readonly notes: () => readonly ImportNote[]
}

/** References of ours (`${KEY}`) stay as they are written. */
const asWritten = {
  env: new Proxy<Record<string, string>>({}, { get: (_target, name) => `\${${String(name)}}` }),
  readFile: (path: string) => `\${file:${path}}`,
}

/** A file that can't be taken for another gateway's. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}

/** Reads another gateway's file (YAML or JSON). @throws ImportError naming line and column */
export function readForeignFile(text: string, file: string): ForeignFile {
  const yaml = readYaml(text, asWritten)
  const [first] = yaml.complaints
  if (first !== undefined) throw new ImportError(`${file}:${first.position.line}:${first.position.column} ${first.message}`)
  const tree = asTree(yaml.value)
  const seen = new Set<string>()
  const told: { readonly path: Path; readonly message: string }[] = []
  const isSeen = (path: Path): boolean => path.some((_step, index) => seen.has(JSON.stringify(path.slice(0, index + 1))))
  const see = (path: Path): void => void seen.add(JSON.stringify(path))
  return {
    tree,
    take: (...path) => {
      see(path)
      return valueAt(tree, path)
    },
    note: (path, message) => {
      see(path)
      told.push({ path, message })
    },
    notes: () => {
      const unseen = leavesOf(tree)
        .filter((path) => !isSeen(path))
        .map((path) => ({ path, message: 'has no equivalent' }))
      return [...told, ...unseen]
        .map(({ path, message }) => ({ ...yaml.positionOf(path), path: renderPath(path), message }))
        .sort((a, b) => a.line - b.line || a.column - b.column)
    },
  }
}
