-- A thousand different phones come to a storefront by a creator's name; Shopify forwards what the theme embed tells.
-- Each call another address: one address may tell of 60 visits a minute.
local n, path = 0, ""
function init(args)
  path = "/proxy/click?" .. args[1]
end
function request()
  n = n + 1
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram " .. n % 1000
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
  return wrk.format("POST", path, nil, '{"ref": "code0", "page": "/products/serum?ref=code0", "referrer": "https://instagram.com/"}')
end
function done(summary, latency, requests)
  io.write(string.format('{"requests": %d, "errors": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.errors.status + summary.errors.read + summary.errors.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
