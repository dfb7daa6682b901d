-- A budget of tries in a window that begins with the first one. A try takes a place; what it came to settles it: it
-- keeps the place until the window ends, or gives it back.
-- KEYS[1] hash of taken and open (taken, not settled); ARGV: limit, window in milliseconds, take | keep | back
-- Answers to take: 0 go on, -1 full for now but some are open, else the milliseconds until the window ends.
local taken = tonumber(redis.call('HGET', KEYS[1], 'taken') or '0')
local open = tonumber(redis.call('HGET', KEYS[1], 'open') or '0')
if ARGV[3] ~= 'take' then
  if open > 0 then
    redis.call('HINCRBY', KEYS[1], 'open', -1)
    if ARGV[3] == 'back' and taken > 0 then
      redis.call('HINCRBY', KEYS[1], 'taken', -1)
    end
  end
  return 0
end
local window = tonumber(ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if taken >= tonumber(ARGV[1]) then
  -- A clock that was set back would make the window longer than it can be.
  if left < 0 or left > window then
    redis.call('PEXPIRE', KEYS[1], window)
    left = window
  end
  if taken - open < tonumber(ARGV[1]) then
    return -1
  end
  return math.max(left, 1)
end
redis.call('HINCRBY', KEYS[1], 'taken', 1)
redis.call('HINCRBY', KEYS[1], 'open', 1)
if taken == 0 or left < 0 or left > window then
  redis.call('PEXPIRE', KEYS[1], window)
end
return 0
