-- Lists that another program has made something else are taken away; who is in these rooms comes back as after a loss.
-- Keys: the lists. Answers how many are gone.
local gone = 0
for _, list in ipairs(KEYS) do
  if type(redis.pcall('ZSCORE', list, '')) == 'table' then
    redis.call('DEL', list)
    gone = gone + 1
  end
end
return gone
