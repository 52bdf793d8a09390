import { sha256 } from '../digest/sha256.ts'

/** Hashes of every beginning of a conversation: entry `n` stands for its first `n` messages. A grown conversation shares its beginnings. */
export type MessageChain = readonly string[]

const start = 'proxyapi-chain-1'

/** Chains the digests of messages; what differs anywhere differs from there on. */
export function chainOf(digests: readonly string[]): MessageChain {
  const chain = [start]
  for (const digest of digests) chain.push(sha256(`${chain.at(-1) ?? ''}\n${digest}`))
  return chain
}
