-- Requests of one kind for `wrk`: each line of the file named after `--` is the body of one (or, for GET, its path).
-- `wrk -s requests.lua http://HOST -- METHOD PATH TYPE FILE [PAUSE]`, with the milliseconds that each connection waits
-- before a request: so many connections with so long a pause ask so often.
local method, path, kind, lines, next, pause = "GET", "/", "", {}, 0, 0

function init(args)
  method, path, kind = args[1], args[2], args[3]
  for line in io.lines(args[4]) do
    -- a case is YAML of many lines, written as one
    if kind == "application/yaml" then line = line:gsub("\\n", "\n") end
    lines[#lines + 1] = line
  end
  pause = tonumber(args[5] or "0")
  -- every thread begins elsewhere in the file
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 65536)
  next = math.random(#lines)
end

function request()
  next = next % #lines + 1
  if method == "GET" then return wrk.format("GET", lines[next]) end
  return wrk.format(method, path, {["content-type"] = kind}, lines[next])
end

local seen = {}
function response(status)
  if status ~= 200 and not seen[status] then
    seen[status] = true
    print("an answer with status " .. status)
  end
end

function delay() return pause end
