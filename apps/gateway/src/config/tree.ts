/** A mapping of a configuration, as it was read. */
export type Tree = Readonly<Record<string, unknown>>

/** Where a value stands in a configuration. */
export type Path = readonly (string | number)[]

export function asTree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {} // a mapping, just checked
}

/** A copy with a value at a path; one that is empty leaves the tree as it is. */
export function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [head, ...rest] = path
  if (head === undefined || value === undefined || value === '') return tree
  return { ...tree, [head]: rest.length === 0 ? value : withValue(asTree(tree[head]), rest, value) }
}

export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Tree)[step] : undefined), tree) // a mapping or a list, by its steps
}

/** The paths of all single values. */
export function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path]
  return Object.entries(value).flatMap(([step, member]) => leavesOf(member, [...path, Array.isArray(value) ? Number(step) : step]))
}
