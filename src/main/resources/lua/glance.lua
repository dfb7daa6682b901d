-- After guard.lua: who is in rooms of which nothing need be done. Further keys: index and connections of each room.
-- Further arguments: the most connections of a room, then what the names of each room's heartbeats begin with. Answers
-- epoch, held, clock, version, keys evicted so far (-1 for unknown), then of each room its connections and whether that is
-- all, 0 when they have to be looked at one by one. It changes nothing.
local most = tonumber(ARGV[10])
local stats = redis.pcall('INFO', 'stats')
local evicted = type(stats) == 'string' and string.match(stats, 'evicted_keys:(%d+)') or '-1'
local answer = {epoch, held and 1 or 0, tostring(clock), version, evicted}
for i = 5, #KEYS, 2 do
  local members = redis.call('ZRANGEBYSCORE', KEYS[i + 1], '-inf', '+inf', 'LIMIT', 0, most + 1)
  local due = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, most + 1)
  local plain = #members <= most and #due == 2 * #members and (not due[2] or tonumber(due[2]) > now)
  if plain and #members > 0 then
    local names = {}
    for j = 1, #members do
      names[j] = ARGV[11 + (i - 5) / 2] .. members[j]
    end
    for _, value in ipairs(redis.call('MGET', unpack(names))) do
      plain = plain and value
    end
  end
  answer[#answer + 1] = plain and members or {}
  answer[#answer + 1] = plain and 1 or 0
end
return answer
