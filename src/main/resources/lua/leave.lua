-- A connection goes out of a room. Keys: heartbeat, index, connections.
-- Arguments: member, user, channel, head, tail ('' for silence). Answers whether the user is now absent, and the
-- version.
local time = redis.call('TIME')
local version = time[1] .. string.format('%06d', time[2])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
-- Also when the entry was already gone: data may have been lost, and others still show the user.
if redis.call('ZLEXCOUNT', KEYS[3], '[' .. ARGV[2] .. ':', '(' .. ARGV[2] .. ';') > 0 then
  return {0, version}
end
if ARGV[5] ~= '' then
  redis.call('PUBLISH', ARGV[3], ARGV[4] .. version .. ARGV[5] .. '"leave":["' .. ARGV[2] .. '"]}')
end
return {1, version}
