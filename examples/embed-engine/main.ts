import { createEngine, type Receipt } from '@proxyapi/core'

// `demo` answers in the process; with a key, `{ name: 'openai', type: 'openai', apiKey }` stands in its place.
const engine = createEngine({
  providers: [{ name: 'demo', type: 'demo' }],
  models: [{ name: 'assistant', targets: ['demo/echo'], fallbacks: ['demo/lorem'] }],
})

const answer = await engine.chat({ model: 'assistant', messages: [{ role: 'user', content: 'Hello, engine' }] })
console.log('whole:', answer.choices[0]?.text)

let settle: (receipt: Receipt) => void = () => undefined
const settled = new Promise<Receipt>((resolve) => {
  settle = resolve
})
const stream = await engine.stream({ model: 'assistant', messages: [{ role: 'user', content: 'word by word' }] }, { onSettled: settle })
const pieces: string[] = []
for await (const { chunks } of stream.batches) {
  for (const chunk of chunks) if (chunk.type === 'text-delta') pieces.push(chunk.text)
}
console.log('streamed:', pieces.join('|'))

const { outcome, attempts } = await settled
console.log('receipt:', outcome, attempts.map(({ provider, model }) => `${provider}/${model}`).join(', '))
for (const { name, status } of engine.health()) console.log('health:', name, status)
await engine.close()
