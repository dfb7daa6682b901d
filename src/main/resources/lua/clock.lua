-- The time the nodes share, in milliseconds: it begins with Redis's clock and is from then on driven by their own, which
-- nobody sets. Key: the time. Argument: what the node takes it to be, -1 when it does not know.
-- Always 13 digits, written by SETRANGE, since only what other programs write must show as 'set' among the events.
local now = math.max(tonumber(redis.call('GET', KEYS[1]) or '-1'), tonumber(ARGV[1]))
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = string.format('%013.0f', now)
redis.call('SETRANGE', KEYS[1], 0, now)
redis.call('PEXPIRE', KEYS[1], 604800000)
return now
