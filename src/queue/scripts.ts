/** What must be one step in Redis. Times are of its clock: those of machines differ. */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Buckets of 10 s of what was done; those of the last minute. */
const PACE = `
local bucket = math.floor(now / 10000)
local function pace(key)
  local done = 0
  local all = redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    if tonumber(all[n]) > bucket - 6 then done = done + all[n + 1]
    else redis.call('HDEL', key, all[n]) end
  end
  return done
end`;

/** Beside the sizes: whose each is (id to rank and caller), and of each rank how many each caller has. */
const LEAVES = `
local whose = KEYS[6] .. ':whose'
local function each_has(rank) return KEYS[6] .. ':each:' .. rank end
local function leaves(id)
  for n = 1, 4 do redis.call('ZREM', KEYS[n], id) end
  local of = redis.call('HGET', whose, id)
  if of then
    local each, caller = each_has(string.sub(of, 1, 1)), string.sub(of, 2)
    redis.call('HDEL', whose, id)
    if redis.call('HINCRBY', each, caller, -1) <= 0 then redis.call('HDEL', each, caller) end
  end
  local size = redis.call('HGET', KEYS[6], id)
  if size then
    redis.call('DECRBY', KEYS[5], size)
    redis.call('HDEL', KEYS[6], id)
  end
end`;

/**
 * A place and memory for an analysis: KEYS places ×4, held, sizes, pace, work, took, told (of its rank); ARGV id, rank, work, ms that
 * it may take, most places, most bytes, how many the workers have at once, what it asks (the same each time), the share of the
 * time that is planned, by how much more than needed one waits, least ms of that, most that are told, ms for which a place is
 * kept, whose it is, how many of a rank one caller may have. Answers whether it has one, those of its rank that wait or run, where
 * not, in how many ms there will be one, and those of its rank that are the same caller's: these take turns with the others'.
 */
export const ADMIT = `${NOW}${LEAVES}
for n = 1, 4 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[n], '-inf', now, 'LIMIT', 0, 500)) do leaves(id) end
end
local rank, limit, depth = tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
local places, told = KEYS[rank], KEYS[10]
local count = redis.call('ZCARD', places)
local each_key, share = each_has(ARGV[2]), tonumber(ARGV[15])
if count == 0 then redis.call('DEL', each_key) end
local own = tonumber(redis.call('HGET', each_key, ARGV[14]) or '0')
if not redis.call('ZSCORE', places, ARGV[1]) then
  redis.call('ZREMRANGEBYSCORE', told, '-inf', now - ARGV[13])
  local due = tonumber(redis.call('ZSCORE', told, ARGV[8]) or nil)
  local isDue = due ~= nil and due <= now
  local expected = redis.call('ZCOUNT', told, '-inf', due and ('(' .. due) or '+inf')
  local callers = redis.call('HLEN', each_key)
  local ahead = count + expected
  if callers <= 1000 then
    ahead = expected
    for _, n in ipairs(redis.call('HVALS', each_key)) do ahead = ahead + math.min(tonumber(n), own + 1) end
  end
  for n = 1, rank - 1 do ahead = ahead + redis.call('ZCARD', KEYS[n]) end
  local planned = limit * tonumber(ARGV[9])
  local took = tonumber(redis.call('GET', KEYS[9]) or nil)
  local each = took and took / tonumber(ARGV[7]) or planned / (depth + 1)
  local held = tonumber(redis.call('GET', KEYS[5]) or '0')
  local noMemory = held > 0 and held + #ARGV[3] > tonumber(ARGV[6])
  local noPlace, noTime
  -- A share of all is none: where nobody else comes, or of a handful.
  local noShare = share < depth and own >= (isDue and 2 or 1) * share
  if isDue then
    noPlace = count >= 2 * depth
    noTime = (ahead + 1) * each > limit
  else
    noPlace = count > 0 and count + expected >= depth
    noTime = (ahead + 1) * each > planned
  end
  if noMemory or noPlace or noShare or (took and count > 0 and noTime) then
    local many = math.max(1, count + expected + 1 - depth, noShare and (own + 1 - share) * callers or 0, ahead + 1 - math.floor(planned / each))
    local wait = math.max(tonumber(ARGV[11]), many * each) * tonumber(ARGV[10])
    if due and due > now then wait = due - now end
    wait = math.ceil(wait)
    -- Who has more than its share keeps no place from others.
    if due or not noShare and redis.call('ZCARD', told) < tonumber(ARGV[12]) then
      redis.call('ZADD', told, now + wait, ARGV[8])
      redis.call('PEXPIRE', told, 3600000 + wait)
    end
    return { 0, count, wait, own }
  end
  redis.call('ZREM', told, ARGV[8])
  redis.call('INCRBY', KEYS[5], #ARGV[3])
  redis.call('HSET', KEYS[6], ARGV[1], #ARGV[3])
  redis.call('HSET', whose, ARGV[1], ARGV[2] .. ARGV[14])
  redis.call('HINCRBY', each_key, ARGV[14], 1)
end
redis.call('ZADD', places, now + ARGV[4], ARGV[1])
redis.call('SET', KEYS[8], ARGV[3], 'PX', ARGV[4])
return { 1, count, 0, own }`;

/** Gives it back: KEYS places ×4, held, sizes, pace, work, took; ARGV id, 1 where it was done, ms that a worker had it ('': not known). */
export const LEAVE = `${NOW}${PACE}${LEAVES}
leaves(ARGV[1])
redis.call('DEL', KEYS[8])
if ARGV[2] == '1' then redis.call('HINCRBY', KEYS[7], bucket, 1) end
if ARGV[3] ~= '' then
  local took = tonumber(redis.call('GET', KEYS[9]) or ARGV[3])
  redis.call('SET', KEYS[9], took + 0.15 * (ARGV[3] - took), 'PX', 3600000)
end
return 1`;

/**
 * Keeps what could not be done: KEYS places ×4, held, sizes, pace, work and dead; ARGV id, ms that it is kept, most, most bytes, name of a work but for
 * its id. Those that died the longest ago give way.
 */
export const BURY = `${NOW}${LEAVES}
leaves(ARGV[1])
if redis.call('PEXPIRE', KEYS[8], ARGV[2]) == 1 then redis.call('ZADD', KEYS[9], 'NX', now, ARGV[1]) end
local dead = redis.call('ZREVRANGE', KEYS[9], 0, -1, 'WITHSCORES')
local kept, bytes = 0, 0
for n = 1, #dead, 2 do
  local work = ARGV[5] .. dead[n]
  local size = redis.call('STRLEN', work)
  kept = kept + 1
  bytes = bytes + size
  if size == 0 or kept > tonumber(ARGV[3]) or (kept > 1 and bytes > tonumber(ARGV[4])) then
    redis.call('DEL', work)
    redis.call('ZREM', KEYS[9], dead[n])
    kept = kept - 1
    bytes = bytes - size
  end
end
return kept`;

/** A worker is there: KEYS workers, seen; ARGV id, card ('' where it leaves), ms after which it counts as gone. */
export const BEAT = `${NOW}
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], now, ARGV[1])
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return 1`;

/** Their cards: KEYS workers, seen; ARGV ms after which one counts as gone. */
export const WORKERS = `${NOW}
local cards = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], now - ARGV[1], '+inf', 'LIMIT', 0, 1000)) do
  cards[#cards + 1] = redis.call('HGET', KEYS[1], id)
end
return cards`;

/** One more in a count like `pace`: KEYS pace. */
export const COUNT = `${NOW}${PACE}
pace(KEYS[1])
local count = redis.call('HINCRBY', KEYS[1], bucket, 1)
redis.call('PEXPIRE', KEYS[1], 120000)
return count`;

/** What was done in the last minute, the bytes that are held, and what was late: KEYS pace, held, late. */
export const MEASURES = `${NOW}${PACE}
return { pace(KEYS[1]), tonumber(redis.call('GET', KEYS[2]) or '0'), pace(KEYS[3]) }`;
