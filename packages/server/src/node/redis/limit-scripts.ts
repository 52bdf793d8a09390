/*
 * Each script is one step for all instances. Times are the server's own, so that instances need not agree on theirs. What one instance holds lies in a
 * field of its own with the moment until which it counts: an instance that dies stops renewing it, and what it held lapses.
 */

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local instance, lapse = ARGV[1], tonumber(ARGV[2])
local function text(number) return string.format('%.0f', number) end
local function heldOf(value)
  local held, untilMs = string.match(value or '', '^(%d+):(%d+)$')
  if not held or tonumber(untilMs) < now then return 0 end
  return tonumber(held)
end
local function hold(key, field, held)
  if held <= 0 then redis.call('HDEL', key, field) else redis.call('HSET', key, field, text(held) .. ':' .. text(now + lapse)) end
end`

/**
 * KEYS: one a take. ARGV: instance, lapse in ms, then for each take its type (`r` or `p`), limit, window in ms, burst, amount.
 * Answers the place of the refused take (0 for none), how long to wait, and for each take what is left and when all of it is there again.
 */
export const takeScript = `${now}
local levels, refused, wait = {}, 0, 0
local function of(index, field) return tonumber(ARGV[2 + (index - 1) * 5 + field]) end
local function isRate(index) return ARGV[3 + (index - 1) * 5] == 'r' end
for index = 1, #KEYS do
  local ms = 0
  if isRate(index) then
    local limit, window, burst = of(index, 2), of(index, 3), of(index, 4)
    local stored = redis.call('HMGET', KEYS[index], 'level', 'at')
    local level, elapsed = tonumber(stored[1]) or 0, now - (tonumber(stored[2]) or now)
    if elapsed > 0 then level = (elapsed >= level / limit) and 0 or (level - elapsed * limit) end
    levels[index] = level
    local over = level + math.min(of(index, 5), burst) * window - burst * window
    if over > 0 then ms = math.ceil(over / limit) end
  else
    local held = 0
    local fields = redis.call('HVALS', KEYS[index])
    for place = 1, #fields do held = held + heldOf(fields[place]) end
    levels[index] = held
    if held >= of(index, 2) then ms = 1000 end
  end
  if ms > wait then refused, wait = index, ms end
end
local answer = { refused, wait }
for index = 1, #KEYS do
  local limit, window, burst = of(index, 2), of(index, 3), of(index, 4)
  if isRate(index) then
    if refused == 0 then
      levels[index] = levels[index] + math.min(of(index, 5), burst) * window
      redis.call('HSET', KEYS[index], 'level', text(levels[index]), 'at', text(now))
      redis.call('PEXPIRE', KEYS[index], text(math.ceil(levels[index] / limit) + 1000))
    end
    answer[#answer + 1] = text(math.max(0, math.floor((burst * window - levels[index]) / window)))
    answer[#answer + 1] = text(math.ceil(levels[index] / limit))
  else
    if refused == 0 then
      hold(KEYS[index], instance, heldOf(redis.call('HGET', KEYS[index], instance)) + 1)
      redis.call('PEXPIRE', KEYS[index], text(lapse))
      levels[index] = levels[index] + 1
    end
    answer[#answer + 1] = text(math.max(0, limit - levels[index]))
    answer[#answer + 1] = '0'
  end
end
return answer`

/** KEYS: a rate. ARGV: instance, lapse, limit, window, amount: taken whatever is left, or given back where it is negative. */
export const adjustScript = `${now}
local limit, window, amount = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local stored = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, elapsed = tonumber(stored[1]) or 0, now - (tonumber(stored[2]) or now)
if elapsed > 0 then level = (elapsed >= level / limit) and 0 or (level - elapsed * limit) end
level = math.max(0, level + amount * window)
redis.call('HSET', KEYS[1], 'level', text(level), 'at', text(now))
redis.call('PEXPIRE', KEYS[1], text(math.ceil(level / limit) + 1000))
return 1`

/** KEYS: places at one time. ARGV: instance, lapse. Gives one place of the instance back under each key. */
export const releaseScript = `${now}
for index = 1, #KEYS do hold(KEYS[index], instance, heldOf(redis.call('HGET', KEYS[index], instance)) - 1) end
return 1`

/** KEYS: places at one time. ARGV: instance, lapse, then for each key how many places the instance holds. Says so anew. */
export const holdScript = `${now}
for index = 1, #KEYS do
  hold(KEYS[index], instance, tonumber(ARGV[2 + index]))
  redis.call('PEXPIRE', KEYS[index], text(lapse))
end
return 1`

/* What was spent is kept by ledger, and only grows: a process says on what the one before it said, and one that has lost its latest records says no less. */
const accounts = `${now}
local ledger = ARGV[3]
local function readAccount(key, ownSpent)
  local spent, reserved, ownReserved = 0, 0, 0
  local fields = redis.call('HGETALL', key)
  for place = 1, #fields, 2 do
    local name, value = fields[place], fields[place + 1]
    if string.sub(name, 1, 2) == 's:' then
      if name == 's:' .. ledger then ownSpent = math.max(ownSpent, tonumber(value)) else spent = spent + tonumber(value) end
    else
      reserved = reserved + heldOf(value)
      if name == 'r:' .. instance then ownReserved = heldOf(value) end
    end
  end
  return spent + ownSpent, reserved, ownReserved, ownSpent
end
local function writeSpent(key, ownSpent, ttl)
  if ownSpent > 0 then redis.call('HSET', key, 's:' .. ledger, text(ownSpent)) end
  if ttl > 0 then redis.call('PEXPIRE', key, text(ttl)) end
end`

/**
 * KEYS: one an account. ARGV: instance, lapse, ledger, what is to be held, then for each account its limit, whether it is hard (1 or 0), what this instance has spent
 * of it, and how long it is kept. Answers the place of the account that refuses (0 for none) and why (1 spent, 2 held for others); then what is spent and
 * held of each.
 */
export const reserveScript = `${accounts}
local held = tonumber(ARGV[4])
local function of(index, field) return tonumber(ARGV[4 + (index - 1) * 4 + field]) end
local refused, why, states, own = 0, 0, {}, {}
for index = 1, #KEYS do
  local spent, reserved, ownReserved, ownSpent = readAccount(KEYS[index], of(index, 3))
  states[index], own[index] = { spent, reserved, ownSpent }, ownReserved
  local limit = of(index, 1)
  if refused == 0 and of(index, 2) == 1 then
    if spent >= limit or held > limit - spent then refused, why = index, 1
    elseif held > limit - spent - reserved then refused, why = index, 2 end
  end
end
local answer = { refused, why }
for index = 1, #KEYS do
  writeSpent(KEYS[index], states[index][3], of(index, 4))
  if refused == 0 then
    hold(KEYS[index], 'r:' .. instance, own[index] + held)
    states[index][2] = states[index][2] + held
  end
  answer[#answer + 1] = text(states[index][1])
  answer[#answer + 1] = text(states[index][2])
end
return answer`

/** KEYS: one an account. ARGV: instance, lapse, ledger, then for each account what this instance has spent, how much less it holds, and how long it is kept. Answers as `reserveScript`, without its first two. */
export const settleScript = `${accounts}
local answer = {}
for index = 1, #KEYS do
  local at = 3 + (index - 1) * 3
  local less, ttl = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local spent, reserved, ownReserved, ownSpent = readAccount(KEYS[index], tonumber(ARGV[at + 1]))
  writeSpent(KEYS[index], ownSpent, ttl)
  hold(KEYS[index], 'r:' .. instance, ownReserved - less)
  answer[#answer + 1] = text(spent)
  answer[#answer + 1] = text(reserved - math.min(less, ownReserved))
end
return answer`

/** The same, with what the instance holds said anew instead of lessened. */
export const restateScript = `${accounts}
for index = 1, #KEYS do
  local at = 3 + (index - 1) * 3
  local _, _, _, ownSpent = readAccount(KEYS[index], tonumber(ARGV[at + 1]))
  writeSpent(KEYS[index], ownSpent, tonumber(ARGV[at + 3]))
  hold(KEYS[index], 'r:' .. instance, tonumber(ARGV[at + 2]))
end
return 1`
