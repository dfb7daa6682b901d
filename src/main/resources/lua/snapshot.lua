-- After guard.lua: who is in a room, by the heartbeats themselves. Further keys: index, connections. Further arguments:
-- prefix of heartbeats, channel, head, tail. Answers epoch, version, held, now, users.
local members = redis.call('ZRANGE', KEYS[4], 0, -1)
local users, gone, here = {}, {}, {}
-- As many at a time as the stack of Lua takes.
for from = 1, #members, 4000 do
  local keys = {}
  for i = from, math.min(from + 3999, #members) do
    keys[#keys + 1] = ARGV[8] .. members[i]
  end
  local values = redis.call('MGET', unpack(keys))
  for i = 1, #keys do
    local member = members[from + i - 1]
    local user = string.match(member, '^(.*):')
    if not values[i] then
      gone[#gone + 1] = member
    elseif not here[user] then
      here[user] = true
      users[#users + 1] = user
    end
  end
end
if #gone > 0 and not held then
  local left = {}
  for from = 1, #gone, 4000 do
    local some = {unpack(gone, from, math.min(from + 3999, #gone))}
    redis.call('ZREM', KEYS[3], unpack(some))
    redis.call('ZREM', KEYS[4], unpack(some))
  end
  for _, member in ipairs(gone) do
    local user = string.match(member, '^(.*):')
    if not here[user] then
      here[user] = true
      left[#left + 1] = user
    end
  end
  for from = 1, #left, 1000 do
    local some = table.concat(left, '","', from, math.min(from + 999, #left))
    redis.call('PUBLISH', ARGV[9], ARGV[10] .. version .. ARGV[11] .. '"leave":["' .. some .. '"]}')
  end
end
return {epoch, version, held and 1 or 0, tostring(now), users}
