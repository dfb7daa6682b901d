-- A bucket that is emptied at a steady rate: the time a key has left is what is still in it, in milliseconds.
-- KEYS[1] the bucket; ARGV: what one costs, how much it holds
-- Answers 0 when there was room, else the milliseconds until there is.
local size = tonumber(ARGV[2])
local level = math.max(redis.call('PTTL', KEYS[1]), 0)
if level > size then
  -- More than it holds: the clock was set back.
  redis.call('PEXPIRE', KEYS[1], size)
  level = size
end
local filled = level + tonumber(ARGV[1])
if filled > size then
  return filled - size
end
redis.call('SET', KEYS[1], '1', 'PX', filled)
return 0
