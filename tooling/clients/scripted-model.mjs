// A model that follows a script, behind the API of a vendor: OpenAI Chat Completions, Anthropic Messages or Gemini. It is written from the
// vendors' documentation and shares no code with the gateway, and it refuses a history that the vendor would refuse.
import { createServer } from 'node:http'
import * as anthropic from './dialects/anthropic.mjs'
import * as gemini from './dialects/gemini.mjs'
import * as openai from './dialects/openai.mjs'

const dialects = [openai, anthropic, gemini]

async function readJson(request) {
  let text = ''
  for await (const piece of request) text += piece
  return text === '' ? {} : JSON.parse(text)
}

function send(response, { status = 200, type = 'application/json', body }) {
  response.writeHead(status, { 'content-type': type })
  response.end(body)
}

/**
 * Starts the model. `script` is given what a request shows ({ model, wantsJson, tools, results }) and returns a turn: { text } or { calls: [{ name, arguments }] },
 * or { error: { status, message } }.
 */
export async function startScriptedModel(script) {
  const seen = []
  const handle = async (request, response) => {
    const body = await readJson(request)
    const dialect = dialects.find((candidate) => candidate.path.test(request.url))
    if (dialect === undefined) return send(response, { status: 404, body: '{"error":{"message":"no such path"}}' })
    const record = { path: request.url, headers: request.headers, body }
    seen.push(record)
    const stream = dialect.isStream(body, request.url)
    try {
      const shown = { model: dialect.modelOf(body, request.url), wantsJson: dialect.wantsJson(body), ...dialect.read(body) }
      record.shown = shown
      const turn = script(shown, seen.length - 1)
      if (turn.error !== undefined) return send(response, { status: turn.error.status, body: JSON.stringify(dialect.toError(turn.error)) })
      const written = stream ? dialect.toStream(turn, body) : JSON.stringify(dialect.toBody(turn, body))
      return send(response, { type: stream ? 'text/event-stream' : undefined, body: written })
    } catch (error) {
      const { status = 400, code, message } = error
      if (status === 400) record.problem = message
      return send(response, { status, body: JSON.stringify(dialect.toError({ status, code, message })) })
    }
  }
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
