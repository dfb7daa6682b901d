-- Put in front of what changes presence. First key: the last version. First argument: the time the nodes share.
-- A version is greater than all before it, whatever any clock says, and when the last one was lost the time is greater.
local now = tonumber(ARGV[1])
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local number = math.max(now * 1000, last + 1)
local version = string.format('%016.0f', number)
redis.call('SETRANGE', KEYS[1], 0, version)
-- Once an hour is enough for a week.
if math.floor(number / 3.6e9) ~= math.floor(last / 3.6e9) then
  redis.call('PEXPIRE', KEYS[1], 604800000)
end
local function living(users, user)
  return redis.call('ZLEXCOUNT', users, '[' .. user .. ':', '(' .. user .. ';') > 0
end
-- SETRANGE, since only what other programs write must show as 'set' among the keyspace events.
local function beat(key, value, ttl)
  if type(redis.pcall('SETRANGE', key, 0, value)) == 'table' then
    redis.call('DEL', key)
    redis.call('SETRANGE', key, 0, value)
  end
  redis.call('PEXPIRE', key, ttl)
end
