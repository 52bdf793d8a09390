import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parameterTable } from './__fixtures__/parameter-table.ts'

it('is what the documentation says of the providers', async () => {
  const text = readFileSync(new URL('../../../../docs/parameters.md', import.meta.url), 'utf8')
  const [, table] = /<!-- table -->\n\n([\s\S]*?)\n\n<!-- end of table -->/.exec(text) ?? []
  expect(table).toBe(await parameterTable())
}, 60_000)
