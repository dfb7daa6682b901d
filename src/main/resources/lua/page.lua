-- After guard.lua: some connections of a room by name, and before them the version they are not older than. Further key:
-- connections. Further arguments: where to begin, the most of them. Answers epoch, held, clock, version, members and, at
-- the beginning, how many keys were evicted so far (-1 for unknown).
local evicted = ''
if ARGV[10] == '-' then
  local stats = redis.pcall('INFO', 'stats')
  evicted = type(stats) == 'string' and string.match(stats, 'evicted_keys:(%d+)') or '-1'
end
return {epoch, held and 1 or 0, tostring(clock), version,
    redis.call('ZRANGEBYLEX', KEYS[5], ARGV[10], '+', 'LIMIT', 0, ARGV[11]), evicted}
