export { deflateCodec } from './node/deflate-codec.ts'
