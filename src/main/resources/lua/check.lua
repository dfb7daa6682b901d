-- After guard.lua: looks at connections of one room and takes out those that are gone. Further keys: index, connections,
-- then their heartbeats. Further arguments: the keys that Redis had evicted when that was last calm ('' when it is not),
-- channel, head, tail, then the member of each. Answers version, held, users who are there, users who went.
-- A heartbeat that is missing before its time was deleted by another program, which is believed; but while Redis
-- evicts keys to make room it says nothing, and the connection's node writes it again before it is due.
local function evicting()
  if ARGV[10] == '' then
    return true
  end
  local stats = redis.pcall('INFO', 'stats')
  local evicted = type(stats) == 'string' and string.match(stats, 'evicted_keys:(%d+)') or '-1'
  return evicted ~= ARGV[10]
end
local calm, back
local function gone(member, key)
  local score = redis.call('ZSCORE', KEYS[5], member)
  if not score then
    if not redis.call('ZSCORE', KEYS[6], member) then
      return true
    end
    -- The index was lost.
    redis.call('ZADD', KEYS[5], now + ttl, member)
    redis.call('PEXPIRE', KEYS[5], keep)
    return false
  end
  if tonumber(score) <= now then
    return true
  end
  if calm == nil then
    calm = not evicting()
  end
  return calm
end
-- Alive although its time was up: another program refreshed it, or keeps it for ever, or the clock was set back.
local function overdue(member, key)
  local left = redis.call('PTTL', key)
  back = back or tonumber(redis.call('GET', KEYS[4]) or '0')
  if left > ttl and back > 0 then
    left = left - back
    if left <= 0 then
      redis.call('DEL', key)
      return true
    end
    left = math.min(left, ttl)
    redis.call('PEXPIRE', key, left)
  end
  if left < 0 or left > ttl then
    left = ttl
  end
  redis.call('ZADD', KEYS[5], now + math.max(left, 1), member)
  redis.call('PEXPIRE', KEYS[5], keep)
  redis.call('PEXPIRE', KEYS[6], keep)
  return false
end
local users, here, out = {}, {}, {}
local values = #KEYS > 6 and redis.call('MGET', unpack(KEYS, 7)) or {}
for i = 1, #values do
  local member, key = ARGV[13 + i], KEYS[6 + i]
  local user = string.match(member, '^(.*):')
  local alive = values[i]
  if alive and not held then
    local score = redis.call('ZSCORE', KEYS[5], member)
    alive = score and tonumber(score) > now or not overdue(member, key)
  elseif not alive and not held then
    alive = not gone(member, key)
  end
  if not alive and not held then
    local were = redis.call('ZREM', KEYS[5], member) + redis.call('ZREM', KEYS[6], member)
    if were > 0 and not living(KEYS[6], user) then
      out[#out + 1] = user
    end
  elseif alive and not here[user] then
    here[user] = true
    users[#users + 1] = user
  end
end
if #out > 0 then
  redis.call('PUBLISH', ARGV[11], ARGV[12] .. version .. ARGV[13] .. '"leave":["' .. table.concat(out, '","') .. '"]}')
end
return {version, held and 1 or 0, users, out}
