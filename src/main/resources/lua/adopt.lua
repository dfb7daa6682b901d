-- After version.lua: another program wrote a heartbeat key. Further keys: heartbeat, index, connections.
-- Further arguments: member, user, ttl, keep, channel, head, tail. Answers whether the user was absent; of several nodes
-- that hear of the same key only the first is told so.
local left = redis.call('PTTL', KEYS[2])
if left == -2 then
  return 0
end
local ttl = tonumber(ARGV[4])
-- A key that lives longer, or for ever, is looked at again after one of our lives.
if left < 0 or left > ttl then
  left = ttl
end
redis.call('ZADD', KEYS[3], now + left, ARGV[2])
local first = redis.call('ZADD', KEYS[4], 0, ARGV[2]) == 1
    and redis.call('ZLEXCOUNT', KEYS[4], '[' .. ARGV[3] .. ':', '(' .. ARGV[3] .. ';') == 1
redis.call('PEXPIRE', KEYS[3], ARGV[5])
redis.call('PEXPIRE', KEYS[4], ARGV[5])
if first then
  redis.call('PUBLISH', ARGV[6], ARGV[7] .. version .. ARGV[8] .. '"join":["' .. ARGV[3] .. '"]}')
  return 1
end
return 0
