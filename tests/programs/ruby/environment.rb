p ENV["NAME"], ENV["NAME"].encoding, ENV.fetch("EMPTY"), ENV["NOPE"], ENV.fetch("NOPE", 1), ENV.key?("HOME"), Dir.home, ENV.to_h["NAME"]
ENV["NEW"] = "é"; p ENV["NEW"], ENV.delete("NEW"), ENV["NEW"]
begin; ENV.fetch("NOPE"); rescue KeyError => e; puts e.message; end
p Encoding.default_external, __ENCODING__, "".encoding
