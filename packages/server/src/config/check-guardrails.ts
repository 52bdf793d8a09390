import type { ConfigIssue } from '../errors/config-issue.ts'
import type { GuardrailConfig } from './guardrails-schema.ts'
import { schemaProblem } from './json-schema.ts'

type Path = readonly (string | number)[]

function checkOne(guardrail: GuardrailConfig, path: Path, providers: readonly string[]): readonly ConfigIssue[] {
  if (guardrail.type === 'moderation' && !providers.some((provider) => guardrail.model.startsWith(`${provider}/`))) {
    const allowed = `a moderation model as ${providers.map((provider) => `${provider}/…`).join(', ')}`
    return [
      { path: [...path, 'model'], message: 'names no configured provider', found: JSON.stringify(guardrail.model.slice(0, 60)), allowed },
    ]
  }
  if (guardrail.type === 'size' && guardrail.max_characters === undefined && guardrail.max_texts === undefined)
    return [{ path, message: 'bounds nothing', found: 'neither', allowed: 'max_characters or max_texts' }]
  if (guardrail.type === 'json_schema') {
    const problem = schemaProblem(guardrail.schema)
    if (problem !== undefined)
      return [
        {
          path: [...path, 'schema'],
          message: 'can’t be used',
          found: problem,
          allowed: 'a JSON Schema of draft 2020-12 with linear patterns',
        },
      ]
  }
  return []
}

/** Guardrails that can't do what they say: names that are there twice, models of nobody, schemas that can't be used. */
export function checkGuardrails(guardrails: readonly GuardrailConfig[], providers: readonly string[]): readonly ConfigIssue[] {
  const names = guardrails.map(({ name }) => name)
  return guardrails.flatMap((guardrail, index) => {
    const path = ['guardrails', index]
    const isTwice = names.indexOf(guardrail.name) !== index
    const twice: readonly ConfigIssue[] = isTwice
      ? [{ path: [...path, 'name'], message: 'is there twice', found: JSON.stringify(guardrail.name), allowed: 'a name of its own' }]
      : []
    return [...twice, ...checkOne(guardrail, path, providers)]
  })
}
