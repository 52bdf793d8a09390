// Every client library over every kind of provider: text, streams, tools, structured output and errors as the library types them.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clientsOf } from './clients.mjs'

const { url, providers, expected } = JSON.parse(process.env.PROXYAPI_SUITE)
const clients = clientsOf(url)

/** What each library calls these failures; libraries that are not named have one class for all. */
const errorNames = { 400: 'BadRequestError', 404: 'NotFoundError', 429: 'RateLimitError' }
const hasErrorClasses = (client) => /^(azure )?openai|^anthropic/.test(client)

for (const [name, client] of Object.entries(clients)) {
  describe(name, () => {
    for (const provider of providers) {
      const model = `${provider}/model`
      it(`text over ${provider}`, async () => equal(await client.text(model), expected.text))
      it(`stream over ${provider}`, async () => {
        const pieces = await client.stream(model)
        equal(pieces.join(''), expected.text)
        ok(pieces.length > 1)
      })
      it(`tools over ${provider}`, async () => equal(await client.tools(model), expected.told))
      it(`streamed tools over ${provider}`, async () => equal(await client.streamedTools(model), expected.told))
      it(`structured output over ${provider}`, async () => deepEqual(await client.object(model), expected.person))
      for (const status of [400, 429])
        it(`a failure with ${status} over ${provider}`, () =>
          rejects(client.text(`${provider}/status-${status}`), (error) => {
            equal(client.statusOf(error), status)
            if (hasErrorClasses(name)) equal(client.nameOf(error), errorNames[status])
            return /made to answer/.test(error.message)
          }))
    }
    it('an unknown model', () =>
      rejects(client.text('nobody/nothing'), (error) => {
        if (hasErrorClasses(name)) equal(client.nameOf(error), errorNames[404])
        return client.statusOf(error) === 404
      }))
  })
}
