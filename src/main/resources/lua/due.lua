-- After guard.lua: which connections of rooms are due to be looked at. Further keys: the index of each room.
-- Further argument: the most of them. Answers epoch, held, clock, keys evicted so far (-1 for unknown), more, then room
-- (from 0) and its connections.
local budget = tonumber(ARGV[10])
local stats = redis.pcall('INFO', 'stats')
local evicted = type(stats) == 'string' and string.match(stats, 'evicted_keys:(%d+)') or '-1'
local answer = {epoch, held and 1 or 0, tostring(clock), evicted, 0}
if held then
  return answer
end
for i = 5, #KEYS do
  local due = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'LIMIT', 0, budget)
  if #due > 0 then
    answer[#answer + 1] = i - 5
    answer[#answer + 1] = due
    budget = budget - #due
    if budget <= 0 then
      answer[5] = 1
      break
    end
  end
end
return answer
