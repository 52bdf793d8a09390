export { type ListenOptions, listen, type Listening } from './node/listen.ts'
