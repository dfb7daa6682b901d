-- A connection comes into a room. Keys: heartbeat, index, connections.
-- Arguments: member, user, value, ttl, keep, channel, head, tail ('' for silence).
-- Answers whether the user was absent, and the version.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = time[1] .. string.format('%06d', time[2])
-- SETRANGE, since only what other programs write must show as 'set' among the keyspace events.
if type(redis.pcall('SETRANGE', KEYS[1], 0, ARGV[3])) == 'table' then
  redis.call('DEL', KEYS[1])
  redis.call('SETRANGE', KEYS[1], 0, ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
local first = 0
if redis.call('ZADD', KEYS[3], 0, ARGV[1]) == 1
    and redis.call('ZLEXCOUNT', KEYS[3], '[' .. ARGV[2] .. ':', '(' .. ARGV[2] .. ';') == 1 then
  first = 1
end
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('PEXPIRE', KEYS[3], ARGV[5])
if first == 1 and ARGV[8] ~= '' then
  redis.call('PUBLISH', ARGV[6], ARGV[7] .. version .. ARGV[8] .. '"join":["' .. ARGV[2] .. '"]}')
end
return {first, version}
