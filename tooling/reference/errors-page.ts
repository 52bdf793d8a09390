import type { ErrorCode } from '../../packages/core/src/index.ts'
import { errorTexts } from './errors.list.ts'

/** What the tables of the code say of one error code. */
export interface ErrorFacts {
  readonly code: ErrorCode
  readonly status: number | 'upstream'
  readonly type: string
  readonly fault: string
}

const introduction = `# Errors

Every error of a path below \`/v1\` and \`/api\` is an object with four fields; \`/v1/messages\` uses Anthropic's form instead. Programs go by \`code\`, which does not change.
People read \`message\`.

\`\`\`json
{
  "error": {
    "message": "The model \\"nope\\" is not known here. …",
    "type": "invalid_request_error",
    "param": "model",
    "code": "model_not_found"
  }
}
\`\`\`

- Every answer has an \`X-Request-Id\`. The log line and the receipt (\`GET /v1/receipts/{id}\`) have the same id.
- Every 429 and 503 has \`Retry-After\`, in seconds.
- A stream that has begun has the status 200. When it breaks, its last event is the error, and there is no \`[DONE]\`.
- What the gateway does about a failure of a provider before you see it is in [resilience](resilience.md#3-what-each-failure-means).

<!-- This page is made from the tables of the code by tooling/reference. Change it with: npx vitest run tooling/reference -u -->
`

const groups = [
  ['caller', 'Your request', 'The client can mend these.'],
  ['gateway', 'The gateway', 'These are about the gateway itself.'],
  ['upstream', 'The provider', 'These remain when every attempt, retry and fallback has failed.'],
] as const

const statusOf = (status: number | 'upstream'): string => (status === 'upstream' ? "400, or the provider's own" : String(status))

/** The page of every error code. */
export function errorsPage(facts: readonly ErrorFacts[]): string {
  const sections = groups.map(([fault, title, text]) => {
    const rows = facts
      .filter((row) => row.fault === fault)
      .map(
        ({ code, status, type }) =>
          `| \`${code}\` | ${statusOf(status)}: \`${type}\` | ${errorTexts[code].means} | ${errorTexts[code].todo} |`,
      )
    const head = ['| code | status and type | what it means | what to do |', '| --- | --- | --- | --- |']
    return `## ${title}\n\n${text}\n\n${[...head, ...rows].join('\n')}\n`
  })
  return [introduction, ...sections].join('\n')
}
