/** The chat models of the demo. */
export const demoModels = ['echo', 'lorem', 'slow'] as const

/** One of the demo's chat models. */
export type DemoModel = (typeof demoModels)[number]

const lorem =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.'

/** What a model says to a text. */
export function demoText(model: DemoModel, said: string): string {
  switch (model) {
    case 'echo':
      return said || 'You said nothing.'
    case 'lorem':
      return lorem
    case 'slow':
      return 'This answer takes its time, one word after the other.'
  }
}
