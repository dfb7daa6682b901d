-- After guard.lua: which connections of rooms are due to be looked at. Further keys: the index of each room.
-- Further argument: the most of them. Answers epoch, held, clock, keys evicted so far (-1 for unknown), more, then of each
-- room that was looked at which it is (from 0), its connections, and in how many milliseconds the next one is due: -1
-- when some are, or more may be.
local budget = tonumber(ARGV[10])
local stats = redis.pcall('INFO', 'stats')
local evicted = type(stats) == 'string' and string.match(stats, 'evicted_keys:(%d+)') or '-1'
local answer = {epoch, held and 1 or 0, tostring(clock), evicted, 0}
if held then
  return answer
end
for i = 5, #KEYS do
  local first = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  -- Whoever comes is due one life of a heartbeat later.
  local left = first[2] and tonumber(first[2]) - now or ttl
  local due = left <= 0 and redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'LIMIT', 0, budget) or {}
  answer[#answer + 1] = i - 5
  answer[#answer + 1] = due
  answer[#answer + 1] = left <= 0 and -1 or math.floor(left)
  budget = budget - #due
  if budget <= 0 then
    answer[5] = 1
    break
  end
end
return answer
