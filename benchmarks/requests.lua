-- Sends prepared requests: the same one again and again, or one for every line of a list.
-- wrk … -s requests.lua URL -- FOLDER [conflicts], with the files `before`, `values` and `after`.

local function content(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local threads = {}

function setup(thread) threads[#threads + 1] = thread end

function init(args)
  conflicts = 0
  -- Looking at every answer costs time, so it is done only where it is asked for.
  if args[2] == "conflicts" then
    response = function(status) if status == 409 then conflicts = conflicts + 1 end end
  end
  before, after = content(args[1] .. "/before"), content(args[1] .. "/after")
  values, at = {}, 0
  for line in content(args[1] .. "/values"):gmatch("[^\n]+") do values[#values + 1] = line end
end

function request()
  if #values == 0 then return before end
  -- A list that is too short begins again, which the server refuses and the runner reports.
  at = at % #values + 1
  return before .. values[at] .. after
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("conflicts") end
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "max_ms": %f, ' ..
    '"failed": %d, "conflicts": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, failed, refused))
end
