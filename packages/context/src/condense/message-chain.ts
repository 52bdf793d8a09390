import { sha256 } from '../digest/sha256.ts'
import { runAtOnce, type Steps } from './steps.ts'

/** Hashes of every beginning of a conversation: entry `n` stands for its first `n` messages. A grown conversation shares its beginnings. */
export type MessageChain = readonly string[]

const start = 'proxyapi-chain-1'

/** Chains the digests of messages; what differs anywhere differs from there on. Yields now and then. */
export function* chainInSteps(digests: readonly string[]): Steps<MessageChain> {
  const chain = [start]
  for (const digest of digests) {
    chain.push(sha256(`${chain.at(-1) ?? ''}\n${digest}`))
    if (chain.length % 128 === 0) yield
  }
  return chain
}

/** The chain of messages that are few, or known to be short. */
export const chainOf = (digests: readonly string[]): MessageChain => runAtOnce(chainInSteps(digests))
