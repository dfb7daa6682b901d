-- After version.lua: a connection comes into a room. Further keys: heartbeat, index, connections.
-- Further arguments: member, user, value, ttl, keep, channel, head, tail.
-- Answers whether the user was absent, and the version.
beat(KEYS[2], ARGV[4], ARGV[5])
redis.call('ZADD', KEYS[3], now + ARGV[5], ARGV[2])
local first = 0
if redis.call('ZADD', KEYS[4], 0, ARGV[2]) == 1
    and redis.call('ZLEXCOUNT', KEYS[4], '[' .. ARGV[3] .. ':', '(' .. ARGV[3] .. ';') == 1 then
  first = 1
end
redis.call('PEXPIRE', KEYS[3], ARGV[6])
redis.call('PEXPIRE', KEYS[4], ARGV[6])
if first == 1 then
  redis.call('PUBLISH', ARGV[7], ARGV[8] .. version .. ARGV[9] .. '"join":["' .. ARGV[3] .. '"]}')
end
return {first, version}
