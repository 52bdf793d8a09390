import { readFileSync } from 'node:fs'

/** A reader of the files that lie in `__fixtures__` beside the test. */
export function fixtures(testUrl: string): {
  readonly json: (name: string) => unknown
  readonly bytes: (name: string) => Uint8Array
} {
  const at = (name: string): URL => new URL(`./__fixtures__/${name}`, testUrl)
  return {
    json: (name) => JSON.parse(readFileSync(at(name), 'utf8')),
    bytes: (name) => new Uint8Array(readFileSync(at(name))),
  }
}
