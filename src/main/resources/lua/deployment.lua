-- A node says which database its deployment has. Keys: lease, nodes.
-- Arguments: the deployment, the node, life of both in milliseconds (0 lets go), whether another name is the same
-- deployment's (1 or 0). Answers '' when the names are ours, else whose they are.
local life = tonumber(ARGV[3])
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] and ARGV[4] ~= '1' then
  -- One that has died holds them for no longer than this, also when the clock was set back since.
  if redis.call('PTTL', KEYS[1]) > 60000 then
    redis.call('PEXPIRE', KEYS[1], 60000)
  end
  return owner
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if life == 0 then
  redis.call('ZREM', KEYS[2], ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  if redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('DEL', KEYS[1])
  end
  return ''
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
redis.call('ZADD', KEYS[2], now + life, ARGV[2])
redis.call('PEXPIRE', KEYS[2], life)
return ''
