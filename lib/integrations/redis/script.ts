/**
 * What `sync` is, atomically. KEYS: the circuit, its members, their votes. ARGV: channel, circuit, id, epoch, vote (1 or
 * 0), successes, failures, deadline (empty if none), lifetime, window, keep; and of a replacement revision, epoch, record.
 *
 * It repairs nothing: what it cannot read is an error, and the fleet then counts as not linked.
 */
export const SCRIPT = `
local channel, circuit, id = ARGV[1], ARGV[2], ARGV[3]
local window, lifetime = tonumber(ARGV[10]), tonumber(ARGV[9])
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)

local known = redis.call('HMGET', KEYS[1], 'epoch', 'rev', 'record')
local epoch, revision, record = tonumber(known[1] or '0'), known[2] or '0', known[3]
if not epoch or not tonumber(revision) then return redis.error_reply('ERR fluxgate: epoch or rev is not a number') end

redis.call('ZADD', KEYS[2], now + lifetime, id)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. now)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. now)

local slot = 0
if window > 0 then slot = math.floor(now * 10 / window) end
if tonumber(ARGV[4]) == epoch then
  if ARGV[5] == '1' then redis.call('ZADD', KEYS[3], now + lifetime, id) else redis.call('ZREM', KEYS[3], id) end
  if window > 0 and (ARGV[6] ~= '0' or ARGV[7] ~= '0') then
    local suffix = string.format('%.0f', slot)
    if redis.call('HEXISTS', KEYS[1], 's' .. suffix) == 0 then
      for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
        local old = tonumber(string.match(field, '^[sf](%d+)$'))
        if old and (old <= slot - 10 or old > slot) then redis.call('HDEL', KEYS[1], field) end
      end
    end
    redis.call('HINCRBY', KEYS[1], 's' .. suffix, ARGV[6])
    redis.call('HINCRBY', KEYS[1], 'f' .. suffix, ARGV[7])
  end
end

local replaced = 0
if ARGV[12] and ARGV[12] == revision and ARGV[8] ~= '' and now < tonumber(ARGV[8]) then
  if tonumber(ARGV[13]) ~= epoch then
    redis.call('DEL', KEYS[1], KEYS[3])
  end
  record = ARGV[14]
  -- The time, so that no revision comes back after the keys were lost.
  revision = string.format('%.0f', math.max(tonumber(revision) + 1, us))
  redis.call('HSET', KEYS[1], 'epoch', ARGV[13], 'rev', revision, 'record', record)
  redis.call('PUBLISH', channel, revision .. ' ' .. string.format('%.0f', now) .. ' ' .. circuit .. ' ' .. record)
  replaced = 1
end

for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[11]) end

local successes, failures = 0, 0
if window > 0 then
  local fields = {}
  -- Counted from zero: above 2^53 a number plus one may be itself.
  for i = 0, 9 do
    local suffix = string.format('%.0f', slot - i)
    fields[#fields + 1] = 's' .. suffix
    fields[#fields + 1] = 'f' .. suffix
  end
  local counts = redis.call('HMGET', KEYS[1], unpack(fields))
  for i = 1, 20, 2 do
    successes = successes + (counts[i] or 0)
    failures = failures + (counts[i + 1] or 0)
  end
end
return {
  now, revision, record, redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[3]), successes, failures, replaced
}
`;
