-- Put in front of what may take somebody out. Keys: epoch, hold.
-- Arguments: the epoch the node knows ('' for none), a new one, the time the node expects ('' when it does not know),
-- how long the node itself wants a hold (0 for not), the length of a hold, ttl, keep.
-- While there is a hold nobody is taken out: data was lost, or Redis or the road to it stood still, and the heartbeats
-- of living connections could not be written.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = time[1] .. string.format('%06d', time[2])
local length, ttl = tonumber(ARGV[5]), tonumber(ARGV[6])
local wish = tonumber(ARGV[4])
local epoch = redis.call('GET', KEYS[1])
if (ARGV[1] ~= '' and epoch ~= ARGV[1]) or (ARGV[3] ~= '' and now - ARGV[3] > 1500) then
  wish = length
elseif not epoch then
  -- Most likely the first node of all: nothing it could take out is due before one life of a heartbeat.
  wish = math.max(wish, math.min(length, ttl))
end
if not epoch then
  epoch = ARGV[2]
  redis.call('SETRANGE', KEYS[1], 0, epoch)
end
redis.call('PEXPIRE', KEYS[1], 86400000)
local hold = redis.call('PTTL', KEYS[2])
if wish > hold then
  redis.call('SETRANGE', KEYS[2], 0, '1')
  redis.call('PEXPIRE', KEYS[2], wish)
  hold = wish
end
local held = hold > 0
local function living(users, user)
  return redis.call('ZLEXCOUNT', users, '[' .. user .. ':', '(' .. user .. ';') > 0
end
