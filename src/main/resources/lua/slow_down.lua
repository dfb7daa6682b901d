-- So many failures within a window are free; each one more makes the next try wait twice as long, up to a maximum.
-- KEYS[1] counter, KEYS[2] exists as long as tries have to wait
-- ARGV: ask | fail, free failures, window, first wait, longest wait (milliseconds)
-- Answers 0 when a try may go on, else the milliseconds until it may.
local function within(key, most)
  local left = redis.call('PTTL', key)
  if left > most then
    redis.call('PEXPIRE', key, most)
    left = most
  end
  return left
end
if ARGV[1] == 'ask' then
  return math.max(within(KEYS[2], tonumber(ARGV[5])), 0)
end
local failures = redis.call('INCR', KEYS[1])
if within(KEYS[1], tonumber(ARGV[3])) < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
local over = failures - tonumber(ARGV[2])
if over >= 0 then
  redis.call('SET', KEYS[2], '1', 'PX', math.min(tonumber(ARGV[4]) * 2 ^ math.min(over, 20), tonumber(ARGV[5])))
end
return 0
