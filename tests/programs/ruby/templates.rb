require "erb"
name = "you"
@list = [1, 2]
puts ERB.new("hi <%= name %> <%= @list.sum %>").result
puts ERB.new("<%= name %>").result(binding), eval("name", TOPLEVEL_BINDING)
