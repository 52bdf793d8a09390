// What run-examples.mjs and check-stranger.mjs know of the examples.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

export const examplesFolder = join(root, 'examples')

export function exampleNames() {
  return readdirSync(examplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name)
}
