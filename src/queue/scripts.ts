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

const LEAVES = `
local function leaves(id)
  for n = 1, 4 do redis.call('ZREM', KEYS[n], id) end
  local size = redis.call('HGET', KEYS[6], id)
  if size then
    redis.call('DECRBY', KEYS[5], size)
    redis.call('HDEL', KEYS[6], id)
  end
end`;

/**
 * A place and memory for an analysis: KEYS places ×4, held, sizes, pace, work; ARGV id, rank, work, ms that it may take, most
 * places, most bytes. Answers whether it has one, those of its rank, and what was done in the last minute.
 */
export const ADMIT = `${NOW}${PACE}${LEAVES}
for n = 1, 4 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[n], '-inf', now, 'LIMIT', 0, 500)) do leaves(id) end
end
local places = KEYS[tonumber(ARGV[2])]
local count = redis.call('ZCARD', places)
if not redis.call('ZSCORE', places, ARGV[1]) then
  local held = tonumber(redis.call('GET', KEYS[5]) or '0')
  local full = count >= tonumber(ARGV[5]) or (held > 0 and held + #ARGV[3] > tonumber(ARGV[6]))
  if full then return { 0, count, pace(KEYS[7]) } end
  redis.call('INCRBY', KEYS[5], #ARGV[3])
  redis.call('HSET', KEYS[6], ARGV[1], #ARGV[3])
end
redis.call('ZADD', places, now + ARGV[4], ARGV[1])
redis.call('SET', KEYS[8], ARGV[3], 'PX', ARGV[4])
return { 1, count, 0 }`;

/** Gives it back: KEYS as above; ARGV id, 1 where it was done. */
export const LEAVE = `${NOW}${PACE}${LEAVES}
leaves(ARGV[1])
redis.call('DEL', KEYS[8])
if ARGV[2] == '1' then redis.call('HINCRBY', KEYS[7], bucket, 1) end
return 1`;

/**
 * Keeps what could not be done: KEYS as above and dead; ARGV id, ms that it is kept, most, most bytes, name of a work but for
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
