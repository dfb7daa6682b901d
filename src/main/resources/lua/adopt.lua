-- Another program wrote a heartbeat key. Keys: heartbeat, index, connections.
-- Arguments: member, user, ttl, keep, channel, head, tail. Answers whether the user was absent; of several nodes that
-- hear of the same key only the first is told so.
local left = redis.call('PTTL', KEYS[1])
if left == -2 then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = time[1] .. string.format('%06d', time[2])
local ttl = tonumber(ARGV[3])
-- A key that lives longer, or for ever, is looked at again after one of our lives.
if left < 0 or left > ttl then
  left = ttl
end
redis.call('ZADD', KEYS[2], now + left, ARGV[1])
local first = redis.call('ZADD', KEYS[3], 0, ARGV[1]) == 1
    and redis.call('ZLEXCOUNT', KEYS[3], '[' .. ARGV[2] .. ':', '(' .. ARGV[2] .. ';') == 1
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
if first then
  redis.call('PUBLISH', ARGV[5], ARGV[6] .. version .. ARGV[7] .. '"join":["' .. ARGV[2] .. '"]}')
  return 1
end
return 0
