-- After guard.lua: takes expired connections out of rooms. Further keys: index and connections of each room. Further
-- arguments: the most to look at, then prefix of heartbeats, channel, head, tail of each room.
-- Answers epoch, version, held, more, now, then room (from 0) and users who went.
local budget = tonumber(ARGV[8])
local answer = {epoch, version, held and 1 or 0, 0, tostring(now)}
if held then
  return answer
end
for i = 3, #KEYS, 2 do
  local at = 9 + (i - 3) * 2
  local due = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'LIMIT', 0, budget)
  local gone = {}
  for _, member in ipairs(due) do
    local left = redis.call('PTTL', ARGV[at] .. member)
    if left == -2 then
      redis.call('ZREM', KEYS[i], member)
      redis.call('ZREM', KEYS[i + 1], member)
      local user = string.match(member, '^(.*):')
      if not living(KEYS[i + 1], user) then
        gone[#gone + 1] = user
      end
    else
      -- Another program refreshed it, or keeps it for ever.
      if left < 0 or left > ttl then
        left = ttl
      end
      redis.call('ZADD', KEYS[i], now + math.max(left, 1), member)
      redis.call('PEXPIRE', KEYS[i], ARGV[7])
      redis.call('PEXPIRE', KEYS[i + 1], ARGV[7])
    end
  end
  if #gone > 0 then
    redis.call('PUBLISH', ARGV[at + 1],
        ARGV[at + 2] .. version .. ARGV[at + 3] .. '"leave":["' .. table.concat(gone, '","') .. '"]}')
    answer[#answer + 1] = (i - 3) / 2
    answer[#answer + 1] = gone
  end
  budget = budget - #due
  if budget <= 0 then
    answer[4] = 1
    break
  end
end
return answer
