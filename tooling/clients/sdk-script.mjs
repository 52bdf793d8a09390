// What the scripted model says to client libraries: it calls the tool that it is given and tells its result, gives a person where a form is asked
// for, and fails where the model's name says so.

/** The arguments of every tool that the suites have; any other is a form for a person. */
const argumentsOf = { get_weather: { city: 'Paris' } }
const person = { name: 'Ada', age: 36 }

export const expected = { text: 'Hello from the model.', told: 'It is sunny in Paris.', person }

/** The turn that follows from a request: see `startScriptedModel`. */
export function sdkScript({ model, tools, results, wantsJson }) {
  const status = Number(/status-(\d+)/.exec(model)?.[1])
  if (status > 0) return { error: { status, message: `The model is made to answer ${status}.` } }
  if (results.length > 0) return { text: `It is ${results.at(-1)}.` }
  if (tools.length > 0) return { calls: [{ name: tools[0], arguments: argumentsOf[tools[0]] ?? person }] }
  return { text: wantsJson ? JSON.stringify(person) : expected.text }
}
