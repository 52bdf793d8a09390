import { stringify } from 'yaml'
import type { Tree } from '../config/tree.ts'

/** A copy without members that are `undefined`, or empty mappings and lists. */
export function withoutEmpty(tree: Tree): Tree {
  const isEmpty = (value: unknown): boolean =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => !isEmpty(value)))
}

/** A configuration as a file, under a comment. */
export function writeConfig(config: Tree, comment: readonly string[]): string {
  const head = comment.map((line) => `# ${line}\n`).join('')
  return `${head}${stringify(withoutEmpty(config), { lineWidth: 140, aliasDuplicateObjects: false })}`
}
