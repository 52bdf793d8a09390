/** A path without the slashes at its end. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (path.endsWith('/', end) && end > 0) end--
  return path.slice(0, end)
}
