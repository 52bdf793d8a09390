// Makes a small fixture of what an agent sends: the last request of its tool loop, with its prompts cut and what names the machine taken out.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const fixtures = join(root, 'apps/gateway/test/sdk/__fixtures__/agents')
const maxText = 120
const maxTools = 3
/** Headers that tell a server something. */
const keptHeaders = ['anthropic-beta', 'anthropic-version', 'openai-beta', 'originator', 'user-agent', 'x-app']

function cutText(text, run) {
  const plain = text
    .replaceAll(run, '')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '00000000-0000-4000-8000-000000000000')
    // Names of documents that this repository does not have.
    .replace(/\b([A-Z]+)\.md\b/g, '$1')
    .replace(/\b[0-9a-f]{64}\b/g, '0'.repeat(64))
  return plain.length > maxText ? `${plain.slice(0, maxText)} [cut]` : plain
}

function cut(value, run) {
  if (typeof value === 'string') return cutText(value, run)
  if (Array.isArray(value)) return value.map((item) => cut(item, run))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cut(part, run)]))
}

/** The first tools, and one of each type that the agent has. */
function cutTools(tools) {
  const kept = tools.filter(({ type }, at) => at < maxTools || tools.findIndex((other) => other.type === type) === at)
  return kept.map((tool) => (Array.isArray(tool.tools) ? { ...tool, tools: tool.tools.slice(0, 1) } : tool))
}

/** Writes the fixture of an agent. `run` is the folder that it ran in. */
export function writeRecording(name, agent, { sent, run }) {
  const last = sent.filter(({ method, body }) => method === 'POST' && JSON.parse(body).tools?.length > 0).at(-1)
  const body = cut(JSON.parse(last.body), run)
  const headers = Object.fromEntries(keptHeaders.filter((key) => last.headers[key] !== undefined).map((key) => [key, last.headers[key]]))
  const fixture = { client: agent.package, path: last.path, headers, body: { ...body, tools: cutTools(body.tools) } }
  writeFileSync(join(fixtures, `${name}.json`), `${JSON.stringify(fixture, null, 2)}\n`)
}
