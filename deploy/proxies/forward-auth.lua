-- For haproxy.cfg beside it: asks the gateway whether a request may pass, and says who asks.

local identity = {
  "x-auth-user-id", "x-auth-username", "x-auth-email",
  "x-auth-role", "x-auth-scopes", "x-auth-session-id",
}

core.register_action("forward_auth", { "http-req" }, function(txn, url)
  -- What clients send by these names is nobody's word, whatever the gateway answers.
  for _, name in ipairs(identity) do txn.http:req_del_header(name) end
  local authorization = txn.http:req_get_headers()["authorization"]
  -- Of two, the application might take the other one.
  if authorization and authorization[1] then
    txn:set_var("txn.auth_status", 401)
    return
  end
  local headers = authorization and { authorization = { authorization[0] } } or {}
  local answer = core.httpclient():get({ url = url, headers = headers })
  local status = answer and answer.status or 503
  if status == 204 then
    for _, name in ipairs(identity) do
      local value = answer.headers[name]
      if value and value[0] ~= "" then txn.http:req_set_header(name, value[0]) end
    end
  elseif status ~= 401 and status ~= 403 then
    status = 503
  end
  txn:set_var("txn.auth_status", status)
end, 1)
