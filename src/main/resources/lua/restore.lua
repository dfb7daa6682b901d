-- After version.lua: connections of one room that Redis has lost are written again. Further keys: index, connections,
-- then their heartbeats. Further arguments: value, ttl, keep, channel, head, tail, then member and user of each.
-- Answers the version and the users who were absent.
local joined = {}
for i = 4, #KEYS do
  local member, user = ARGV[i * 2], ARGV[i * 2 + 1]
  beat(KEYS[i], ARGV[2], ARGV[3])
  redis.call('ZADD', KEYS[2], now + ARGV[3], member)
  if redis.call('ZADD', KEYS[3], 0, member) == 1
      and redis.call('ZLEXCOUNT', KEYS[3], '[' .. user .. ':', '(' .. user .. ';') == 1 then
    joined[#joined + 1] = user
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
if #joined > 0 then
  redis.call('PUBLISH', ARGV[5], ARGV[6] .. version .. ARGV[7] .. '"join":["' .. table.concat(joined, '","') .. '"]}')
end
return {version, joined}
