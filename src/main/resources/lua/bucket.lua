-- A bucket that is emptied at a steady rate: how long it takes until it is empty is what is in it, in milliseconds.
-- KEYS[1] when it is empty; ARGV: what one costs, how much it holds, the time that the nodes share
-- Answers 0 when there was room, else the milliseconds until there is.
local size, now = tonumber(ARGV[2]), tonumber(ARGV[3])
local level = math.min(tonumber(redis.call('GET', KEYS[1]) or '0') - now, size)
-- A node that was slow to hear the time is behind it, and Redis's clock may have been set back: the less of the two.
level = math.max(math.min(level, redis.call('PTTL', KEYS[1])), 0)
local filled = level + tonumber(ARGV[1])
if filled > size then
  return filled - size
end
redis.call('SET', KEYS[1], string.format('%.0f', now + filled), 'PX', filled)
return 0
