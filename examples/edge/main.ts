import worker from './worker.ts'

// What runs on workerd runs on Node as well: `demo` answers in the process.
const env = { PROVIDERS: '[{ "name": "demo", "type": "demo" }]', TARGETS: 'demo/echo' }

async function ask(body: unknown): Promise<Response> {
  return worker.fetch(new Request('http://edge/v1/chat/completions', { method: 'POST', body: JSON.stringify(body) }), env)
}

const whole = await ask({ model: 'assistant', messages: [{ role: 'user', content: 'Hello, edge' }] })
const { choices } = (await whole.json()) as { choices: readonly { message: { content: string } }[] }
console.log(whole.status, choices[0]?.message.content)

const streamed = await ask({ model: 'assistant', stream: true, messages: [{ role: 'user', content: 'word by word' }] })
const events = (await streamed.text()).split('\n\n').filter((event) => event !== '')
console.log(streamed.status, events.length, 'events, the last one', events.at(-1))

const wrong = await ask({ model: 'assistant' })
console.log(wrong.status, ((await wrong.json()) as { error: { param: string } }).error.param)
