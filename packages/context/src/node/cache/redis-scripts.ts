/*
 * Redis can bound a whole server but not one cache in it, so the cache keeps its own books: a hash of what each entry
 * weighs and is about, a sorted set of when it was last used, and the sum. Each script is one step for all who share them.
 */

/** What an entry weighs by its facts; nothing where they cannot be read. */
const bytesOf = `
local function bytesOf(facts)
  local ok, read = pcall(cjson.decode, facts)
  return ok and type(read) == 'table' and tonumber(read.b) or 0
end`

/** KEYS: index, order, total. ARGV: key, facts (JSON with `b`, its bytes), now, most bytes, prefix of the values. Answers how many gave way. */
export const admitScript = `${bytesOf}
local function forget(key)
  local facts = redis.call('HGET', KEYS[1], key)
  if facts then
    redis.call('DECRBY', KEYS[3], bytesOf(facts))
    redis.call('HDEL', KEYS[1], key)
  end
  redis.call('ZREM', KEYS[2], key)
end
forget(ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local total = redis.call('INCRBY', KEYS[3], bytesOf(ARGV[2]))
local gone = 0
while total > tonumber(ARGV[4]) and gone < 1000 do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest then break end
  redis.call('UNLINK', ARGV[5] .. oldest)
  forget(oldest)
  total = tonumber(redis.call('GET', KEYS[3]))
  gone = gone + 1
end
return gone`

/** KEYS: index, order, total. ARGV: prefix of the values, then keys. Removes them and answers how many there were. */
export const forgetScript = `${bytesOf}
local gone = 0
for at = 2, #ARGV do
  local facts = redis.call('HGET', KEYS[1], ARGV[at])
  if facts then
    redis.call('DECRBY', KEYS[3], bytesOf(facts))
    redis.call('HDEL', KEYS[1], ARGV[at])
    gone = gone + 1
  end
  redis.call('ZREM', KEYS[2], ARGV[at])
  redis.call('UNLINK', ARGV[1] .. ARGV[at])
end
return gone`
