-- After version.lua: a connection goes out of a room. Further keys: heartbeat, index, connections.
-- Further arguments: member, user, channel, head, tail ('' for silence). Answers whether the user is now absent, and the
-- version.
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('ZREM', KEYS[4], ARGV[2])
-- Also when the entry was already gone: data may have been lost, and others still show the user.
if living(KEYS[4], ARGV[3]) then
  return {0, version}
end
if ARGV[6] ~= '' then
  redis.call('PUBLISH', ARGV[4], ARGV[5] .. version .. ARGV[6] .. '"leave":["' .. ARGV[3] .. '"]}')
end
return {1, version}
