-- Connections live on. Keys: for each room its index, its connections, then the heartbeats of these.
-- Arguments: the time the nodes share, value, ttl, keep, then for each room how many there are, and the member of each.
-- Answers for each room in how many milliseconds its next connection is due, then which of these (from 0) are not there.
-- It brings nobody in: one that has left while this was under way must not come back.
local now, value, ttl, keep = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local answer = {}
local key, argument = 1, 5
while key < #KEYS do
  local index, connections = KEYS[key], KEYS[key + 1]
  local lost = {0}
  local count = tonumber(ARGV[argument])
  for i = 1, count do
    local heartbeat, member = KEYS[key + 1 + i], ARGV[argument + i]
    if redis.call('ZSCORE', connections, member) then
      if type(redis.pcall('SETRANGE', heartbeat, 0, value)) == 'table' then
        redis.call('DEL', heartbeat)
        redis.call('SETRANGE', heartbeat, 0, value)
      end
      redis.call('PEXPIRE', heartbeat, ttl)
      redis.call('ZADD', index, now + ttl, member)
    else
      lost[#lost + 1] = i - 1
    end
  end
  redis.call('PEXPIRE', index, keep)
  redis.call('PEXPIRE', connections, keep)
  local first = redis.call('ZRANGEBYSCORE', index, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  lost[1] = math.floor((first[2] or now + ttl) - now)
  answer[#answer + 1] = lost
  key, argument = key + 2 + count, argument + 1 + count
end
return answer
