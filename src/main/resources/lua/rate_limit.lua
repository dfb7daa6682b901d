-- Counts tries in a window that begins with the first one.
-- KEYS[1] counter; ARGV: limit, window in milliseconds, tries (1, or -1 to take one back)
-- Answers 0 when the try may go on, else the milliseconds until the window ends.
if tonumber(ARGV[3]) < 0 then
  if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then
    redis.call('DECR', KEYS[1])
  end
  return 0
end
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
if count > tonumber(ARGV[1]) then
  return math.max(left, 1)
end
return 0
