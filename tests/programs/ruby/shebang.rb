#!/usr/bin/env ruby
# encoding: utf-8
puts "ä".size, __LINE__
