import { dirname, resolve } from 'node:path'
import { type Position, type ReadYaml, readYaml } from './read-yaml.ts'
import type { Path, Tree } from './tree.ts'

const section = 'model_overrides'

/** Where a value stands, for a message and as numbers. */
interface PlaceInFile {
  readonly prefix: string
  readonly position: Position
}

/** A configuration with the overrides of a file of their own, and where each of them stands. */
export interface WithOverrides {
  readonly tree: Tree
  readonly problems: readonly string[]
  /** The texts in that file that came out of references: they may be secrets. */
  readonly referenced: ReadonlySet<string>
  /** The place of a path in that file; `undefined` for a path that is not in it. */
  readonly placeOf: (path: Path) => PlaceInFile | undefined
}

interface Reading {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => string
}

function readText(path: string, { readFile }: Reading): string | undefined {
  try {
    return readFile(path)
  } catch {
    return undefined
  }
}

function problemsOf(path: string, { complaints, value }: ReadYaml): readonly string[] {
  if (complaints.length > 0) return complaints.map(({ position, message }) => `${path}:${position.line}:${position.column} ${message}`)
  return Array.isArray(value) ? [] : [`${path}:1:1 the overrides must be a list of models`]
}

/** Adds the models of `model_overrides_file`, which is named from the configuration's own folder, to those of `model_overrides`. */
export function withOverridesFile(tree: Tree, configPath: string, reading: Reading): WithOverrides {
  const named = tree['model_overrides_file']
  const nothing: WithOverrides = { tree, problems: [], referenced: new Set(), placeOf: () => undefined }
  if (typeof named !== 'string' || named === '') return nothing
  const path = resolve(dirname(configPath), named)
  const text = readText(path, reading)
  if (text === undefined) return { ...nothing, problems: [`${configPath}: model_overrides_file: ${named} cannot be read`] }
  const yaml = readYaml(text, reading)
  const problems = problemsOf(path, yaml)
  if (problems.length > 0) return { ...nothing, problems }
  const inline: unknown = tree[section]
  const own: readonly unknown[] = Array.isArray(inline) ? inline : []
  return {
    tree: { ...tree, [section]: [...own, ...(yaml.value as readonly unknown[])] }, // a list, just checked
    problems: [],
    referenced: yaml.referenced,
    placeOf: ([head, index, ...rest]) => {
      if (head !== section || typeof index !== 'number' || index < own.length) return undefined
      const position = yaml.positionOf([index - own.length, ...rest])
      return { prefix: `${path}:${position.line}:${position.column} `, position }
    },
  }
}
