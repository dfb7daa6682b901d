-- Connections of one room live on. Keys: index, connections, then their heartbeats.
-- Arguments: value, ttl, keep, channel, head, tail, then member and user of each.
-- Answers the version and the users who were absent.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = time[1] .. string.format('%06d', time[2])
local joined = {}
for i = 3, #KEYS do
  local member, user = ARGV[1 + i * 2], ARGV[2 + i * 2]
  if type(redis.pcall('SETRANGE', KEYS[i], 0, ARGV[1])) == 'table' then
    redis.call('DEL', KEYS[i])
    redis.call('SETRANGE', KEYS[i], 0, ARGV[1])
  end
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
  redis.call('ZADD', KEYS[1], now + ARGV[2], member)
  if redis.call('ZADD', KEYS[2], 0, member) == 1
      and redis.call('ZLEXCOUNT', KEYS[2], '[' .. user .. ':', '(' .. user .. ';') == 1 then
    joined[#joined + 1] = user
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if #joined > 0 then
  redis.call('PUBLISH', ARGV[4], ARGV[5] .. version .. ARGV[6] .. '"join":["' .. table.concat(joined, '","') .. '"]}')
end
return {version, joined}
