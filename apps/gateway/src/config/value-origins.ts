import type { ValueOrigin } from '@proxyapi/server'
import { type OverrideSources, overridesOf } from './environment-overrides.ts'
import type { Position } from './read-yaml.ts'
import { leavesOf, type Path, type Tree, valueAt } from './tree.ts'

interface OriginParts {
  /** As the file has it. */
  readonly file: Tree
  /** With what the environment says. */
  readonly tree: Tree
  readonly sources: OverrideSources
  /** Of a value of the file. */
  readonly positionOf: (path: Path) => Position
}

/** The variable that has this value; that of a provider's credential is not named by the setting. */
function variableOf(value: unknown, { env }: OverrideSources): string {
  return Object.entries(env).find(([, text]) => text !== undefined && text !== '' && text === value)?.[0] ?? ''
}

/** Where each value that was given comes from, by its path; all others have their defaults. */
export function valueOrigins({ file, tree, sources, positionOf }: OriginParts): Readonly<Record<string, ValueOrigin>> {
  const overrides = new Map(overridesOf(sources).map(({ path, source }) => [path.join('.'), source]))
  const originOf = (path: Path): ValueOrigin => {
    const said = overrides.get(path.join('.'))
    if (said !== undefined) return { source: said.startsWith('--') ? 'command_line' : 'environment', name: said }
    if (valueAt(file, path) !== undefined) return { source: 'file', ...positionOf(path) }
    return { source: 'environment', name: variableOf(valueAt(tree, path), sources) }
  }
  return Object.fromEntries(leavesOf(tree).map((path) => [path.join('.'), originOf(path)]))
}
