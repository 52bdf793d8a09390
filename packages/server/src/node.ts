export { createNodeAlertChannel } from './node/alert-channel.ts'
export { type Listening, type ListenOptions, listen } from './node/listen.ts'
