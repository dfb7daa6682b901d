-- A budget of tries in a window that begins with the first one. A try takes a place; what it came to settles it: it
-- keeps the place until the window ends, or gives it back.
-- KEYS[1] hash of taken, open (taken, not settled) and when the window ends
-- ARGV: limit, window in milliseconds, take | keep | back, the time that the nodes share
-- Answers to take: 0 go on, -1 full for now but some are open, else the milliseconds until the window ends.
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'taken', 'open', 'ends')
local taken, open, ends = tonumber(known[1] or '0'), tonumber(known[2] or '0'), tonumber(known[3] or '0')
if now >= ends then
  taken, open = 0, 0
end
if ARGV[3] ~= 'take' then
  if open > 0 then
    redis.call('HINCRBY', KEYS[1], 'open', -1)
    if ARGV[3] == 'back' and taken > 0 then
      redis.call('HINCRBY', KEYS[1], 'taken', -1)
    end
  end
  return 0
end
if taken >= limit then
  if taken - open < limit then
    return -1
  end
  return math.max(math.min(ends - now, window), 1)
end
if taken == 0 then
  ends = now + window
end
redis.call('HSET', KEYS[1], 'taken', taken + 1, 'open', open + 1, 'ends', string.format('%.0f', ends))
-- A budget that may soon be spent outlives a clock of Redis that is set forward by a day.
redis.call('PEXPIRE', KEYS[1], (taken + 1) * 3 > limit and 172800000 or window)
return 0
