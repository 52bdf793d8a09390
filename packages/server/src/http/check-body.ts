import { InvalidRequestError } from '@proxyapi/core'
import * as v from 'valibot'
import { renderIssue, renderPath, toConfigIssue } from '../errors/config-issue.ts'
import { viewOf } from '../errors/schema-view.ts'

/**
 * A body of the admin plane, held to its schema.
 *
 * @throws InvalidRequestError naming the first field that is wrong, what was found and what is allowed
 */
export function checkBody<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, body)
  if (parsed.success) return parsed.output
  const issue = toConfigIssue(parsed.issues[0], viewOf(schema))
  const at = renderPath(issue.path)
  throw new InvalidRequestError(`${renderIssue(at === '' ? { ...issue, path: ['the body'] } : issue)}.`, at === '' ? undefined : at)
}
