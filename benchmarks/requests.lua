-- Sends prepared requests: the same one again and again, or one for every line of a list.
-- wrk … -s requests.lua URL -- FOLDER, with the files `before`, `values` and `after`.

local function content(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
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
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "max_ms": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, failed))
end
