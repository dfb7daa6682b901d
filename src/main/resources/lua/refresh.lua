-- Connections of one room live on. Keys: index, connections, then their heartbeats.
-- Arguments: the time the nodes share, value, ttl, keep, then the member of each.
-- Answers which of them (from 0) are not there. It brings nobody in: one that has left while this was under way must
-- not come back.
local now = tonumber(ARGV[1])
local lost = {}
for i = 3, #KEYS do
  local member = ARGV[2 + i]
  if redis.call('ZSCORE', KEYS[2], member) then
    if type(redis.pcall('SETRANGE', KEYS[i], 0, ARGV[2])) == 'table' then
      redis.call('DEL', KEYS[i])
      redis.call('SETRANGE', KEYS[i], 0, ARGV[2])
    end
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
    redis.call('ZADD', KEYS[1], now + ARGV[3], member)
  else
    lost[#lost + 1] = i - 3
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return lost
