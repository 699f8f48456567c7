-- SPDX-License-Identifier: Apache-2.0
-- Requests for wrk, one kind a run (BENCH_DO): post, patch, solid-post (to a server open to everyone), read.
-- BENCH_BASE: the address that IRIs begin with; BENCH_TOKEN: who asks; BENCH_COUNT: resources o-0, o-1, ...
local what, base, count = os.getenv("BENCH_DO"), os.getenv("BENCH_BASE"), tonumber(os.getenv("BENCH_COUNT") or "1")
local PAIR = "http://virtual-assembly.org/ontologies/pair#"
local n = 0

local function headers(type)
  local token = os.getenv("BENCH_TOKEN")
  return { ["Content-Type"] = type, ["Accept"] = "application/ld+json",
           ["Authorization"] = token and "Bearer " .. token or nil }
end

-- As the front end creates an organisation.
local function post()
  local body = '{"@context":["https://www.w3.org/ns/activitystreams","' .. base .. '/.well-known/context.jsonld"],'
    .. '"type":"pair:Organization","pair:label":"Organisation ' .. n .. '","pair:comment":"n' .. n .. '",'
    .. '"pair:description":"' .. string.rep("Une description. ", 10) .. '",'
    .. '"pair:homePage":"https://exemple.test/' .. n .. '"}'
  return wrk.format("POST", "/organizations", headers("application/ld+json"), body)
end

local function solid_post()
  local body = "<> a <" .. PAIR .. "Organization> ; <" .. PAIR .. 'label> "Organisation ' .. n .. '" ; <' .. PAIR
    .. 'description> "' .. string.rep("Une description. ", 10) .. '" .'
  return wrk.format("POST", "/organizations/", { ["Content-Type"] = "text/turtle" }, body)
end

local function patch()
  local path = "/organizations/o-" .. n % count
  local said = "{ <" .. base .. path .. "> <" .. PAIR .. "comment> "
  local body = "DELETE " .. said .. "?c } INSERT " .. said .. '"change ' .. n .. '" } WHERE ' .. said .. "?c }"
  return wrk.format("PATCH", path, headers("application/sparql-update"), body)
end

local function read()
  return wrk.format("GET", "/organizations/o-" .. n % count, headers(nil))
end

local kinds = { post = post, ["solid-post"] = solid_post, patch = patch, read = read }

function request()
  n = n + 1
  return kinds[what]()
end
