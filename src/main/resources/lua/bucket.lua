-- A bucket that is emptied at a steady rate: how long it takes until it is empty is what is in it, in milliseconds.
-- KEYS[1] hash of when it is empty and of the latest time it was looked at
-- ARGV: what one costs, how much it holds, the time that the nodes share
-- Answers 0 when there was room, else the milliseconds until there is.
local size = tonumber(ARGV[2])
local known = redis.call('HMGET', KEYS[1], 'empty', 'at')
-- Nodes hear the shared time at different moments: for one bucket it runs only forward, else every change of node
-- would empty it by what they differ.
local now = math.max(tonumber(ARGV[3]), tonumber(known[2] or '0'))
local level = math.max(math.min(tonumber(known[1] or '0') - now, size), 0)
local filled = level + tonumber(ARGV[1])
if filled > size then
  return filled - size
end
redis.call('HSET', KEYS[1], 'empty', string.format('%.0f', now + filled), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], filled)
return 0
