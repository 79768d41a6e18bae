begin
  exit(false)
rescue SystemExit => e
  p e.status, e.success?
  raise
ensure
  puts "ensure"
end
