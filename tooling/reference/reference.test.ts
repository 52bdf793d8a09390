import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { meaningOf } from '../../packages/core/src/errors/error-code.table.ts'
import type { ErrorCode } from '../../packages/core/src/errors/error-code.ts'
import { createProviderTable } from '../../packages/core/src/serving.ts'
import { families } from '../../packages/logging/src/metrics/metrics.table.ts'
import { createConfigSchema } from '../../packages/server/src/config/config-schema.ts'
import { statusTable } from '../../packages/server/src/errors/status.table.ts'
import { configurationPage, unexplained } from './configuration-page.ts'
import { errorTexts } from './errors.list.ts'
import { errorsPage } from './errors-page.ts'
import { metricsPage } from './metrics-page.ts'
import { providersTable } from './providers-table.ts'

const providers = createProviderTable()
const schema = createConfigSchema(providers.types)
const pagePath = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))

it('explains every setting in tooling/reference/settings.list.ts', () => {
  expect(unexplained(schema)).toEqual([])
})

it('explains every error in tooling/reference/errors.list.ts, and none that there is not', () => {
  expect(Object.keys(errorTexts).sort()).toEqual(Object.keys(statusTable).sort())
})

// When one of these fails, the page is out of date: `npx vitest run tooling/reference -u` writes it.
it('is the page of every setting', async () => {
  await expect(configurationPage(schema)).toMatchFileSnapshot(pagePath('configuration.md'))
})

it('is the page of every error', async () => {
  const facts = Object.entries(statusTable).map(([code, row]) => ({ code: code as ErrorCode, ...row, fault: meaningOf(code).fault })) // keys of the table are codes
  await expect(errorsPage(facts)).toMatchFileSnapshot(pagePath('errors.md'))
})

it('is the page of every metric', async () => {
  await expect(metricsPage(families)).toMatchFileSnapshot(pagePath('metrics.md'))
})

it('is the table of every provider', async () => {
  const page = readFileSync(pagePath('providers.md'), 'utf8')
  const current = page.replace(
    /<!-- table -->[\s\S]*<!-- end of table -->/,
    `<!-- table -->\n\n${providersTable(providers.definitions)}\n\n<!-- end of table -->`,
  )
  await expect(current).toMatchFileSnapshot(pagePath('providers.md'))
})

it('tells the measurements of condensation as the package does', () => {
  const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^\|.*\|( \d+\.\d \|){4}$/.test(line))
  const page = rowsOf(readFileSync(pagePath('condensation.md'), 'utf8'))
  const measured = rowsOf(readFileSync(pagePath('../packages/context/README.md'), 'utf8'))
  expect(page).toHaveLength(5)
  expect(measured).toEqual(expect.arrayContaining([...page]))
})
