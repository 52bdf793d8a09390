import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { report } from './__fixtures__/readme-example.ts'

it('shows an example that runs, word for word', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const example = readFileSync(new URL('__fixtures__/readme-example.ts', import.meta.url), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)
  expect(report.violations).toEqual([])
  expect(report.figures.availability).toBeGreaterThan(0.8)
})
