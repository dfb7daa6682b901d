-- After version.lua, in front of what may take somebody out. Further keys: epoch, hold, back.
-- Further arguments: the epoch the node knows ('' for none), a new one, what Redis's clock shows by the node's own
-- ('' when it does not know), how long the node itself wants a hold (0 for not), the length of a hold, ttl, keep, and
-- whether Redis deletes keys to make room (1 or 0), so that one that is missing means nothing.
-- While there is a hold nobody is taken out: data was lost, or Redis or the road to it stood still, or its clock was
-- set, and the heartbeats of living connections could not be written or ended before their time.
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local length, ttl, keep = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local wish = tonumber(ARGV[5])
local epoch = redis.call('GET', KEYS[2])
if not epoch and ARGV[9] == '1' and ARGV[2] ~= '' then
  epoch = ARGV[2]
  redis.call('SETRANGE', KEYS[2], 0, epoch)
end
local late = ARGV[4] == '' and 0 or clock - ARGV[4]
local set = late > 1500 or late < -1500
if set then
  -- Every node is there and sees it within a second.
  wish = math.max(wish, math.min(length, 3000))
elseif ARGV[2] ~= '' and epoch ~= ARGV[2] then
  wish = length
elseif not epoch then
  -- Most likely the first node of all: nothing it could take out is due before one life of a heartbeat.
  wish = math.max(wish, math.min(length, ttl))
end
local hold = redis.call('PTTL', KEYS[3])
if hold > 10 * length then
  -- No hold is as long: the clock was set back under it.
  redis.call('PEXPIRE', KEYS[3], length)
  hold = length
end
if not epoch or (set and hold <= 0) then
  -- The other nodes see that the epoch is another and write their heartbeats again.
  epoch = ARGV[3]
  redis.call('SETRANGE', KEYS[2], 0, epoch)
end
redis.call('PEXPIRE', KEYS[2], 604800000)
if late < -1500 then
  -- What was written before lives longer by this much.
  redis.call('SETRANGE', KEYS[4], 0, string.format('%013.0f', -late))
  redis.call('PEXPIRE', KEYS[4], 4 * ttl + 60000)
end
if wish > math.max(hold, 0) then
  redis.call('SETRANGE', KEYS[3], 0, '1')
  redis.call('PEXPIRE', KEYS[3], wish)
  hold = wish
end
local held = hold > 0
