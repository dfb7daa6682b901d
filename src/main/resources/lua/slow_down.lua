-- So many failures within a window are free; each one more makes the next try wait twice as long, up to a maximum.
-- KEYS[1] hash of failures and when the window ends, KEYS[2] until when tries have to wait
-- ARGV: ask | fail, free failures, window, first wait, longest wait (milliseconds), the time that the nodes share
-- Answers 0 when a try may go on, else the milliseconds until it may.
local now, longest = tonumber(ARGV[6]), tonumber(ARGV[5])
if ARGV[1] == 'ask' then
  return math.max(math.min(tonumber(redis.call('GET', KEYS[2]) or '0') - now, longest), 0)
end
local free, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'count', 'ends')
local failures, ends = tonumber(known[1] or '0'), tonumber(known[2] or '0')
if now >= ends then
  failures, ends = 0, now + window
end
failures = failures + 1
redis.call('HSET', KEYS[1], 'count', failures, 'ends', string.format('%.0f', ends))
-- What may soon matter outlives a clock of Redis that is set forward by a day.
redis.call('PEXPIRE', KEYS[1], failures * 3 > free and math.max(window, 172800000) or window)
local over = failures - free
if over >= 0 then
  local wait = math.min(tonumber(ARGV[4]) * 2 ^ math.min(over, 20), longest)
  redis.call('SET', KEYS[2], string.format('%.0f', now + wait), 'PX', 172800000)
end
return 0
